//! Finds the file that helm means in a `# Source:` comment: there, charts have the names or aliases that their metadata
//! give them, while their folders below `charts/` may have others.

use super::marks::template_path;
use crate::source::chart_metadata;
use std::collections::BTreeMap;

/// The path below the chart's folder of the template in a `# Source:` comment; `None` if there is no such file.
#[must_use]
pub fn template_file(files: &BTreeMap<String, Vec<u8>>, source_comment: &str) -> Option<String> {
    let mut folder = String::new();
    let mut rest = template_path(source_comment);
    while let Some((name, inner)) = rest.strip_prefix("charts/").and_then(|rest| rest.split_once('/')) {
        folder = subchart(files, &folder, name)?;
        rest = inner;
    }
    let path = format!("{folder}{rest}");
    files.contains_key(&path).then_some(path)
}

/// The folder of a chart's subchart, with a `/` at the end.
fn subchart(files: &BTreeMap<String, Vec<u8>>, parent: &str, name: &str) -> Option<String> {
    let dependencies = chart_metadata(files, parent).unwrap_or_default().dependencies;
    let aliased = dependencies
        .into_iter()
        .find(|dependency| dependency.alias.as_deref() == Some(name))
        .map(|dependency| dependency.name);
    let name = aliased.as_deref().unwrap_or(name);
    let charts = format!("{parent}charts/");
    let named = files
        .range(charts.clone()..)
        .map_while(|(path, _)| Some((path, path.strip_prefix(&charts)?)))
        .find_map(|(path, below)| {
            let (_, file) = below.split_once('/')?;
            let folder = path.strip_suffix("Chart.yaml").filter(|_| file == "Chart.yaml")?;
            (chart_metadata(files, folder)?.name == name).then(|| folder.to_owned())
        });
    named.or_else(|| {
        let folder = format!("{charts}{name}/");
        files.keys().any(|path| path.starts_with(&folder)).then_some(folder)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subchart_is_found_by_its_name_and_by_its_alias() {
        let files: BTreeMap<String, Vec<u8>> = [
            ("Chart.yaml", "name: shop\ndependencies:\n- name: redis\n  alias: cache\n- name: ui\n  version: 1.0.0\n"),
            ("charts/redis-ha/Chart.yaml", "name: redis\nversion: 1.0.0\n"),
            ("charts/redis-ha/templates/pdb.yaml", ""),
            ("charts/redis-ha/charts/common/templates/x.yaml", ""),
            ("charts/ui/templates/hpa.yaml", ""),
            ("templates/hpa.yaml", ""),
        ]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .collect();
        let found = |source: &str| template_file(&files, source);
        assert_eq!(found("# Source: shop/templates/hpa.yaml").as_deref(), Some("templates/hpa.yaml"));
        for name in ["redis", "cache"] {
            assert_eq!(
                found(&format!("shop/charts/{name}/templates/pdb.yaml")).as_deref(),
                Some("charts/redis-ha/templates/pdb.yaml")
            );
        }
        assert_eq!(
            found("shop/charts/cache/charts/common/templates/x.yaml").as_deref(),
            Some("charts/redis-ha/charts/common/templates/x.yaml")
        );
        assert_eq!(found("shop/charts/ui/templates/hpa.yaml").as_deref(), Some("charts/ui/templates/hpa.yaml"));
        assert_eq!(found("shop/charts/other/templates/hpa.yaml"), None);
        assert_eq!(found("shop/templates/other.yaml"), None);
    }
}
