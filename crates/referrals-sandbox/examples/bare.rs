//! The least that a server here can be: axum, and one answer for all.
//!
//! ```text
//! bare FILE   answers with the bytes of the file, and prints its address
//! ```
//!
//! What `tests/interop/load.sh` holds the sandbox against.

use std::net::Ipv4Addr;

use axum::Router;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name a file")?;
    let body = Bytes::from(std::fs::read(file)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(move || {
            let body = body.clone();
            async { ([(CONTENT_TYPE, "application/json")], body) }
        });
        axum::serve(listener, router).await?;
        Ok(())
    })
}
