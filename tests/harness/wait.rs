//! Waiting for what another process will do: asked again and again for a bounded time, and the last answer is in the
//! error.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// What a question found.
#[derive(Debug)]
pub enum Seen<T> {
    /// It has happened.
    Yes(T),
    /// Not yet; what there is instead.
    NotYet(String),
}

/// How long any one step may take, on a machine that is busy with other cases.
pub const STEP: Duration = Duration::from_secs(30);

/// Pauses grow from the first to the last: ours answer in milliseconds, and ACA-Py is not kept busy with answering.
const PAUSES: [Duration; 2] = [Duration::from_millis(3), Duration::from_millis(50)];

/// Asks until the answer is yes.
///
/// # Errors
/// When the time is over, with the last answer, or at once when asking fails.
pub async fn until<T, F>(what: &str, limit: Duration, mut ask: F) -> Result<T>
where
    F: AsyncFnMut() -> Result<Seen<T>>,
{
    let started = Instant::now();
    let [mut pause, longest] = PAUSES;
    loop {
        match ask().await? {
            Seen::Yes(found) => return Ok(found),
            Seen::NotYet(instead) if started.elapsed() > limit => {
                bail!("waited {} s for {what}; instead: {instead}", limit.as_secs());
            }
            Seen::NotYet(_) => {
                tokio::time::sleep(pause).await;
                pause = longest.min(pause * 2);
            }
        }
    }
}
