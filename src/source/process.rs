//! Runs other programs: bounded in time and output, so that one that hangs or floods does not take the run with it.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take and how much it may say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Until it is stopped.
    pub(super) time: Duration,
    /// Bytes of standard output.
    pub(super) output: usize,
}

/// What a program did.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Why there is nothing to read from a program. User errors.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is not there.
    Absent,
    /// It could not be started or read.
    Io(std::io::Error),
    /// It gave no end in time.
    TimedOut,
    /// It said more than the limit.
    Flooded,
}

/// Bytes of standard error that are kept; what a person reads is at the start.
const ERRORS_KEPT: usize = 1 << 20;

/// Runs a program to its end. It has no standard input.
pub(super) fn run(mut command: Command, limits: Limits) -> Result<Finished, Failure> {
    let deadline = Instant::now() + limits.time;
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::Absent,
        _ => Failure::Io(error),
    })?;
    let stdout = child.stdout.take().map(|pipe| read(pipe, limits.output, false));
    let stderr = child.stderr.take().map(|pipe| read(pipe, ERRORS_KEPT, true));
    let outcome = collect(stdout, deadline)
        .and_then(|stdout| Ok((stdout, collect(stderr, deadline)?)))
        .and_then(|(stdout, stderr)| Ok(Finished { status: wait(&mut child, deadline)?, stdout, stderr }));
    if outcome.is_err() {
        // It may have ended by itself meanwhile; either way it is gone afterwards.
        let _ = child.kill();
        let _ = child.wait();
    }
    outcome
}

/// Reads a pipe on a thread of its own, so that a full one never blocks the program. Beyond the limit the rest is either
/// let go or a failure.
fn read(pipe: impl Read + Send + 'static, limit: usize, let_go: bool) -> Receiver<Result<Vec<u8>, Failure>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut pipe = pipe;
        let mut bytes = Vec::new();
        let mut rest = pipe.by_ref().take(u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1));
        let read = rest.read_to_end(&mut bytes).map_err(Failure::Io);
        let outcome = match read {
            Ok(_) if bytes.len() > limit && let_go => {
                bytes.truncate(limit);
                std::io::copy(&mut pipe, &mut std::io::sink()).map(|_| bytes).map_err(Failure::Io)
            }
            Ok(_) if bytes.len() > limit => Err(Failure::Flooded),
            Ok(_) => Ok(bytes),
            Err(error) => Err(error),
        };
        // Nobody listens any more where the run was given up.
        let _ = sender.send(outcome);
    });
    receiver
}

fn collect(pipe: Option<Receiver<Result<Vec<u8>, Failure>>>, deadline: Instant) -> Result<Vec<u8>, Failure> {
    let Some(pipe) = pipe else { return Ok(Vec::new()) };
    match pipe.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => Err(Failure::TimedOut),
        Err(RecvTimeoutError::Disconnected) => Ok(Vec::new()),
    }
}

/// Both pipes are closed, so that the end is near; a program that closes them and stays is stopped.
fn wait(child: &mut Child, deadline: Instant) -> Result<ExitStatus, Failure> {
    loop {
        match child.try_wait().map_err(Failure::Io)? {
            Some(status) => return Ok(status),
            None if Instant::now() >= deadline => return Err(Failure::TimedOut),
            None => thread::sleep(Duration::from_millis(1)),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, limits: Limits) -> Result<Finished, Failure> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, limits)
    }

    const GENEROUS: Limits = Limits { time: Duration::from_secs(60), output: 1 << 20 };

    #[test]
    fn both_outputs_and_the_status_arrive() {
        let done = shell("echo out; echo err >&2; exit 3", GENEROUS).expect("it runs");
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!(done.status.code(), Some(3));
    }

    #[test]
    fn a_program_that_hangs_or_floods_is_stopped() {
        let short = Limits { time: Duration::from_millis(200), ..GENEROUS };
        assert!(matches!(shell("sleep 600", short), Err(Failure::TimedOut)));
        assert!(matches!(shell("exec >&- 2>&-; sleep 600", short), Err(Failure::TimedOut)), "silent, and stays");
        let small = Limits { output: 1000, ..GENEROUS };
        assert!(matches!(shell("yes", small), Err(Failure::Flooded)));
        let much = shell("yes | head -c 3000000 >&2; echo done", GENEROUS).expect("errors are cut, not refused");
        assert_eq!((much.stdout.as_slice(), much.stderr.len()), (&b"done\n"[..], ERRORS_KEPT));
    }

    #[test]
    fn a_program_that_is_not_there_is_told_from_one_that_fails() {
        assert!(matches!(run(Command::new("/nowhere/helm"), GENEROUS), Err(Failure::Absent)));
    }
}
