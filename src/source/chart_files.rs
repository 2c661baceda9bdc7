//! All files of a chart, packaged subcharts taken apart, and a copy of them in a folder of its own.

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use tempfile::TempDir;

/// Bytes that a chart may have, unpacked; helm itself stops at 100 MiB.
const LARGEST: u64 = 256 << 20;

/// The files of a chart by their paths below its folder, with `/`.
#[derive(Debug, Clone, Default)]
pub struct ChartFiles {
    /// The bytes.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Folders that stand in an archive, with its path: `charts/redis/` in `charts/redis-1.2.3.tgz`.
    archives: BTreeMap<String, String>,
}

impl ChartFiles {
    /// Reads a chart's folder.
    ///
    /// # Errors
    /// Those of reading; a chart that is larger than any chart.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut chart = Self::default();
        let mut room = LARGEST;
        let entries = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.file_name() != ".git") {
            let entry = entry?;
            if !entry.file_type().is_file() {
                continue;
            }
            let Ok(inside) = entry.path().strip_prefix(folder) else { continue };
            let bytes = read_up_to(std::fs::File::open(entry.path())?, &mut room)?;
            chart.files.insert(slashed(inside), bytes);
        }
        chart.unpack(&mut room)?;
        Ok(chart)
    }

    /// The path under which people find a file: inside an archive, that of the archive with the path in it.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        let packed = self.archives.iter().find(|(folder, _)| path.starts_with(folder.as_str()));
        match packed {
            Some((folder, archive)) => format!("{archive}/{}", path.get(folder.len()..).unwrap_or(path)),
            None => path.to_owned(),
        }
    }

    /// Whether a file stands in an archive, where nobody edits it.
    #[must_use]
    pub fn is_packed(&self, path: &str) -> bool {
        self.archives.keys().any(|folder| path.starts_with(folder.as_str()))
    }

    fn unpack(&mut self, room: &mut u64) -> io::Result<()> {
        let is_archive = |path: &&String| {
            path.ends_with(".tgz") && Path::new(path.as_str()).parent().is_some_and(|parent| parent.ends_with("charts"))
        };
        // A packaged chart may hold packaged charts.
        while let Some(archive) = self.files.keys().find(is_archive).cloned() {
            let bytes = self.files.remove(&archive).unwrap_or_default();
            let folder = archive.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut entries = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
            for entry in entries.entries()? {
                let entry = entry?;
                let path = entry.path()?.into_owned();
                let plain = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
                if !entry.header().entry_type().is_file() || !plain {
                    continue;
                }
                let inside = slashed(&path);
                let top = inside.split('/').next().unwrap_or_default();
                self.archives.entry(format!("{folder}/{top}/")).or_insert_with(|| archive.clone());
                let bytes = read_up_to(entry, room)?;
                self.files.insert(format!("{folder}/{inside}"), bytes);
            }
        }
        Ok(())
    }
}

fn read_up_to(source: impl Read, room: &mut u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(*room + 1).read_to_end(&mut bytes)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    *room = room.checked_sub(size).ok_or_else(|| io::Error::other("the chart has more than 256 MiB"))?;
    Ok(bytes)
}

fn slashed(path: &Path) -> String {
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A copy of a chart that is gone when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Writes files into a new folder.
    ///
    /// # Errors
    /// Those of writing.
    pub fn new(files: &BTreeMap<String, Vec<u8>>) -> io::Result<Self> {
        let scratch = Self { folder: tempfile::Builder::new().prefix("aiplat-lint-").tempdir()? };
        for (path, bytes) in files {
            scratch.write(&format!("chart/{path}"), bytes)?;
        }
        Ok(scratch)
    }

    /// The chart's folder.
    #[must_use]
    pub fn chart(&self) -> PathBuf {
        self.folder.path().join("chart")
    }

    /// Writes a file beside the chart.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.folder.path().join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, *bytes).expect("appended");
        }
        archive.into_inner().and_then(GzEncoder::finish).expect("packed")
    }

    #[test]
    fn packaged_subcharts_are_taken_apart_and_keep_the_name_people_know() {
        let inner = packed(&[("common/Chart.yaml", b"name: common")]);
        let outer = packed(&[("redis/Chart.yaml", b"name: redis"), ("redis/charts/common-1.tgz", &inner)]);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("charts")).expect("made");
        std::fs::write(folder.path().join("Chart.yaml"), "name: api").expect("written");
        std::fs::write(folder.path().join("charts/redis-1.2.3.tgz"), outer).expect("written");
        let chart = ChartFiles::read(folder.path()).expect("read");
        let paths: Vec<&str> = chart.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["Chart.yaml", "charts/redis/Chart.yaml", "charts/redis/charts/common/Chart.yaml"]);
        assert_eq!(chart.shown("charts/redis/Chart.yaml"), "charts/redis-1.2.3.tgz/Chart.yaml");
        assert!(chart.is_packed("charts/redis/values.yaml") && !chart.is_packed("values.yaml"));
        let copy = Scratch::new(&chart.files).expect("copied");
        assert!(copy.chart().join("charts/redis/charts/common/Chart.yaml").is_file());
    }
}
