//! The connection below the answers, so that it can break on purpose.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::server::TlsStream;

/// What a handler can do to the connection that its request came in on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Arc<State>);

#[derive(Debug, Default)]
struct State {
    reset: AtomicBool,
    watched: AtomicBool,
    flushed: Notify,
}

impl Line {
    /// Resets the connection (RST) in place of whatever would be sent next.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Release);
    }

    /// Returns when what was handed over so far is on its way.
    pub(crate) async fn flushed(&self) {
        self.0.watched.store(true, Ordering::Release);
        self.0.flushed.notified().await;
    }
}

impl<L> Connected<IncomingStream<'_, Lines<L>>> for Line
where
    L: Listener,
    L::Io: Socket,
{
    fn connect_info(stream: IncomingStream<'_, Lines<L>>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection with TCP at its bottom.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Makes its end a reset.
    fn end_with_reset(&self);
}

impl Socket for TcpStream {
    fn end_with_reset(&self) {
        // Where that is not possible it ends all the same.
        let _ = self.set_zero_linger();
    }
}

impl Socket for TlsStream<TcpStream> {
    fn end_with_reset(&self) {
        self.get_ref().0.end_with_reset();
    }
}

/// A listener whose connections can be broken.
pub(crate) struct Lines<L>(pub(crate) L);

impl<L> Listener for Lines<L>
where
    L: Listener,
    L::Io: Socket,
{
    type Io = Breakable<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (io, address) = self.0.accept().await;
        let line = Line::default();
        (Breakable { io, line }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A connection that its [`Line`] breaks.
#[derive(Debug)]
pub(crate) struct Breakable<S> {
    io: S,
    line: Line,
}

impl<S: Socket> Breakable<S> {
    /// An error, once the connection is to break: whoever holds it lets go of it then.
    fn intact(&self) -> io::Result<()> {
        if self.line.0.reset.load(Ordering::Acquire) {
            self.io.end_with_reset();
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl<S: Socket> AsyncRead for Breakable<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.intact()?;
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<S: Socket> AsyncWrite for Breakable<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.intact()?;
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.intact()?;
        Pin::new(&mut self.io).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.intact()?;
        let done = Pin::new(&mut self.io).poll_flush(cx);
        if done.is_ready() && self.line.0.watched.load(Ordering::Acquire) {
            self.line.0.flushed.notify_one();
        }
        done
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.intact()?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
