// @generated from crates/referrals-codegen/tests/golden/open_enums.yaml (fingerprint 379afb9244968881) by referrals-codegen; do not edit.
#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
#[derive(Clone, Debug)]
/**Client for Open enums

Version: 1*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: ::referrals_client::Transport,
}
impl Client {
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: ::referrals_client::Transport,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<::referrals_client::Transport> for Client {
    fn api_version() -> &'static str {
        "1"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &::referrals_client::Transport {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<::referrals_client::Transport>,
    {}
};
impl Client {
    /**Sends a `GET` request to `/referrals`

```ignore
let response = client.list_referrals()
    .self_(self_)
    .status(status)
    .send()
    .await;
```*/
    pub fn list_referrals(&self) -> builder::ListReferrals<'_> {
        builder::ListReferrals::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::list_referrals`]

[`Client::list_referrals`]: super::Client::list_referrals*/
    #[derive(Debug, Clone)]
    pub struct ListReferrals<'a> {
        client: &'a super::Client,
        self_: Result<Option<crate::golden::open_enums::model::Closed>, String>,
        status: Result<Option<crate::golden::open_enums::model::Status>, String>,
    }
    impl<'a> ListReferrals<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                self_: Ok(None),
                status: Ok(None),
            }
        }
        pub fn self_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::open_enums::model::Closed>,
        {
            self.self_ = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: golden :: open_enums :: model :: Closed` for self_ failed"
                        .to_string()
                });
            self
        }
        pub fn status<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::open_enums::model::Status>,
        {
            self.status = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: golden :: open_enums :: model :: Status` for status failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/referrals`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<
                ::referrals_model::Raw<crate::golden::open_enums::model::Referral>,
            >,
            Error<()>,
        > {
            let Self { client, self_, status } = self;
            let self_ = self_.map_err(Error::InvalidRequest)?;
            let status = status.map_err(Error::InvalidRequest)?;
            let url = format!("{}/referrals", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&progenitor_client::QueryParam::new("self", &self_))
                .query(&progenitor_client::QueryParam::new("status", &status))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "list_referrals",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
const _: () = assert!(
    crate ::golden::open_enums::model::CONTRACT_FINGERPRINT == 4006791424133990529,
    "the contract crates/referrals-codegen/tests/golden/open_enums.yaml has changed since the model was generated: run `cargo xtask generate`"
);
impl ClientHooks<::referrals_client::Transport> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _info: &OperationInfo,
    ) -> ::std::result::Result<(), Error<E>> {
        ::referrals_client::prepare(request, &[]);
        Ok(())
    }
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        self.inner.exec(&self.client, request, info.operation_id).await
    }
}
