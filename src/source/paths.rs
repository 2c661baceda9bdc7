//! Paths as the configuration means them: relative to a folder, whatever the working directory, going by names alone.

use std::path::{Component, Path, PathBuf};

/// A path without `.` and `..`, from the root. Links are not followed: people mean the path that they see.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    // The parent of a name alone is empty, and stands for the working directory.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

/// How `path` is written from `folder`, which is absolute, with `/`.
pub(crate) fn relative(path: &Path, folder: &Path) -> String {
    let path = absolute(path);
    let shared = path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| "..".into());
    let down = path.components().skip(shared).map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_from_the_folder_wherever_they_are() {
        let folder = Path::new("/shop/deploy");
        assert_eq!(relative(Path::new("/shop/deploy/prod/hpa.yaml"), folder), "prod/hpa.yaml");
        assert_eq!(relative(Path::new("/shop/deploy/../charts/./api"), folder), "../charts/api");
        assert_eq!(relative(Path::new("/shop/deploy"), folder), "");
        assert_eq!(relative(Path::new("hpa.yaml"), &absolute(Path::new("."))), "hpa.yaml");
        assert_eq!(absolute(Path::new("")), absolute(Path::new(".")));
    }
}
