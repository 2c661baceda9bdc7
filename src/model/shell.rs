//! How long a command surely sleeps before it does anything else.

/// Seconds that a command sleeps at its beginning; 0 where the manifest does not decide it. What follows a command that
/// may stop the container's process is not counted: the hook ends with its container.
#[must_use]
pub fn leading_sleep(command: &[String]) -> i64 {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    match words.as_slice() {
        [program, durations @ ..] if is_program(program, &["sleep"]) => seconds_of(durations).unwrap_or(0),
        [program, options @ ..] if is_program(program, &["sh", "bash", "ash", "dash"]) => {
            script_of(options).map_or(0, leading_sleep_of)
        }
        _ => 0,
    }
}

fn is_program(path: &str, names: &[&str]) -> bool {
    path.rsplit('/').next().is_some_and(|name| names.contains(&name))
}

/// The argument of `-c`, which may come together with other options (`-ec`).
fn script_of<'w>(options: &[&'w str]) -> Option<&'w str> {
    let position = options.iter().position(|option| option.contains('c') || !option.starts_with('-'))?;
    let is_option = options.get(position)?.starts_with('-') && !options.get(position)?.starts_with("--");
    options.get(position + 1).copied().filter(|_| is_option)
}

/// Commands that neither end the container nor branch.
const HARMLESS: &[&str] = &["echo", "printf", "true", ":", "date", "touch", "rm", "sync"];

fn leading_sleep_of(script: &str) -> i64 {
    let mut total: i64 = 0;
    for (command, goes_on) in commands(script) {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => {}
            [program, durations @ ..] if is_program(program, &["sleep"]) => {
                total = total.saturating_add(seconds_of(durations).unwrap_or(0));
            }
            [program, ..] if is_program(program, HARMLESS) => {}
            _ => return total,
        }
        if !goes_on {
            return total;
        }
    }
    total
}

/// The commands of a script one after the other, each with whether the next one surely follows. Ends before the first
/// one that is more than words: a pipe, a group, a background job.
fn commands(script: &str) -> Vec<(Vec<String>, bool)> {
    let mut found = Vec::new();
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut characters = script.chars().peekable();
    while let Some(character) = characters.next() {
        let next_is_same = characters.peek() == Some(&character);
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => word.push(character),
            (None, '\'' | '"') => quote = Some(character),
            (None, '&') if word.ends_with('>') => word.push(character),
            (None, ' ' | '\t') => end_word(&mut word, &mut words),
            (None, ';' | '\n' | '&' | '|') => {
                let ends_line = matches!(character, ';' | '\n');
                if !ends_line && !next_is_same {
                    return found;
                }
                if !ends_line {
                    characters.next();
                }
                end_word(&mut word, &mut words);
                found.push((std::mem::take(&mut words), character != '|'));
            }
            (None, '#') if word.is_empty() => while characters.next_if(|next| *next != '\n').is_some() {},
            (None, '(' | ')' | '{' | '}' | '<' | '`' | '\\') => return found,
            (None, _) => word.push(character),
        }
    }
    end_word(&mut word, &mut words);
    found.push((words, true));
    found
}

fn end_word(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// Durations as coreutils' and BusyBox's `sleep` add them up: `30`, `0.5`, `1m 30s`.
fn seconds_of(durations: &[&str]) -> Option<i64> {
    let mut total: i64 = 0;
    for duration in durations {
        let (number, factor) = match duration.char_indices().last()? {
            (end, 's') => (duration.get(..end)?, 1),
            (end, 'm') => (duration.get(..end)?, 60),
            (end, 'h') => (duration.get(..end)?, 3600),
            (end, 'd') => (duration.get(..end)?, 86_400),
            _ => (*duration, 1),
        };
        let whole = number.split_once('.').map_or(number, |(whole, _)| whole);
        total = total.saturating_add(whole.parse::<u32>().map(i64::from).ok()?.saturating_mul(factor));
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::leading_sleep;

    fn of(command: &[&str]) -> i64 {
        leading_sleep(&command.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_literal_sleep_counts_with_or_without_a_shell() {
        assert_eq!(of(&["sleep", "30"]), 30);
        assert_eq!(of(&["/bin/sleep", "1m", "30s"]), 90);
        assert_eq!(of(&["sh", "-c", "sleep 30"]), 30);
        assert_eq!(of(&["/bin/bash", "-e", "-xc", "sleep 30s"]), 30);
        assert_eq!(of(&["sh", "-c", "sleep 30 && nginx -s quit"]), 30);
        assert_eq!(of(&["sh", "-c", "echo 'stop; now' >/proc/1/fd/1 2>&1; sleep 5\nsleep 10.5"]), 15);
        assert_eq!(of(&["sh", "-c", "# drained by then\nsleep 20"]), 20);
        assert_eq!(of(&["sh", "-c", "sleep 20 || true; sleep 10"]), 20);
    }

    #[test]
    fn what_the_manifest_does_not_decide_is_no_sleep() {
        assert_eq!(of(&["sh", "-c", "sleep $DRAIN_SECONDS"]), 0);
        assert_eq!(of(&["sh", "-c", "sleep 30 & wait"]), 0);
        assert_eq!(of(&["sh", "-c", "nginx -s quit; sleep 60"]), 0);
        assert_eq!(of(&["sh", "-c", "while pgrep api; do sleep 60; done"]), 0);
        assert_eq!(of(&["sh", "-c", "test -f /tmp/drain && sleep 60"]), 0);
        assert_eq!(of(&["sh", "-c", "(sleep 60)"]), 0);
        assert_eq!(of(&["sh", "-c", "echo 'sleep 60'"]), 0);
        assert_eq!(of(&["sh", "/scripts/drain.sh", "sleep 60"]), 0);
        assert_eq!(of(&["timeout", "20", "sleep", "60"]), 0);
        assert_eq!(of(&["sleep", "infinity"]), 0);
        assert_eq!(of(&[]), 0);
    }
}
