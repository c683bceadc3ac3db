// @generated from crates/referrals-codegen/tests/golden/records.yaml (fingerprint e36b404a0dfeb4fe) by referrals-codegen; do not edit.
#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
#[derive(Clone, Debug)]
/**Client for Records

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
    .send()
    .await;
```*/
    pub fn list_referrals(&self) -> builder::ListReferrals<'_> {
        builder::ListReferrals::new(self)
    }
    /**Sends a `GET` request to `/referrals/{id}`

```ignore
let response = client.get_referral()
    .id(id)
    .send()
    .await;
```*/
    pub fn get_referral(&self) -> builder::GetReferral<'_> {
        builder::GetReferral::new(self)
    }
    /**Sends a `PUT` request to `/referrals/{id}`

```ignore
let response = client.replace_referral()
    .id(id)
    .body(body)
    .send()
    .await;
```*/
    pub fn replace_referral(&self) -> builder::ReplaceReferral<'_> {
        builder::ReplaceReferral::new(self)
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
    }
    impl<'a> ListReferrals<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/referrals`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<::referrals_model::Raw<crate::golden::records::model::Page>>,
            Error<()>,
        > {
            let Self { client } = self;
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
    /**Builder for [`Client::get_referral`]

[`Client::get_referral`]: super::Client::get_referral*/
    #[derive(Debug, Clone)]
    pub struct GetReferral<'a> {
        client: &'a super::Client,
        id: Result<::std::string::String, String>,
    }
    impl<'a> GetReferral<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for id failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/referrals/{id}`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<
                ::referrals_model::Raw<crate::golden::records::model::Referral>,
            >,
            Error<()>,
        > {
            let Self { client, id } = self;
            let id = id.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/referrals/{}", client.baseurl, encode_path(& id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "get_referral",
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
    /**Builder for [`Client::replace_referral`]

[`Client::replace_referral`]: super::Client::replace_referral*/
    #[derive(Debug, Clone)]
    pub struct ReplaceReferral<'a> {
        client: &'a super::Client,
        id: Result<::std::string::String, String>,
        body: Result<
            ::referrals_model::Raw<crate::golden::records::model::Referral>,
            String,
        >,
    }
    impl<'a> ReplaceReferral<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                body: Err("body was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for id failed"
                        .to_string()
                });
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<
                ::referrals_model::Raw<crate::golden::records::model::Referral>,
            >,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: referrals_model :: Raw < crate :: golden :: records :: model :: Referral , >` for body failed"
                        .to_string()
                });
            self
        }
        ///Sends a `PUT` request to `/referrals/{id}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<()>> {
            let Self { client, id, body } = self;
            let id = id.map_err(Error::InvalidRequest)?;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/referrals/{}", client.baseurl, encode_path(& id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "replace_referral",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => Ok(ResponseValue::empty(response)),
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
    crate ::golden::records::model::CONTRACT_FINGERPRINT == 16387262355924235518,
    "the contract crates/referrals-codegen/tests/golden/records.yaml has changed since the model was generated: run `cargo xtask generate`"
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
