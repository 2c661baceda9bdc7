//! From a finding in a built kustomization to the file that sets the field: reads what the kustomization is made of, in the
//! order in which kustomize applies it.

use crate::finding::{Finding, Label, Level as Known, Provenance};
use crate::provenance::kustomize::{self, Layer, Level, Role, Target};
use crate::provenance::texts::Texts;
use crate::report::Report;
use crate::source::{BuiltKustomization, read_text, shown_path};
use crate::text::{SourceId, Span};
use crate::yaml::{self, Document, NodeRef};
use std::path::Path;
use std::sync::Arc;

/// Kustomizations that build on each other; deeper ones are left alone.
const DEPTH: usize = 32;

/// What else writes fields: nothing is followed through these.
const OPAQUE: [&str; 5] = ["transformers", "replacements", "vars", "configurations", "generators"];

/// Follows the findings in built kustomizations to the files that people edit. What a finding says stays as it is; what one
/// file gives in several kustomizations is told once.
pub fn trace_kustomizations(report: &mut Report, built: &[BuiltKustomization]) {
    let mut texts = Texts::new(&mut report.sources);
    for kustomization in built {
        let is_of_build = |finding: &Finding| finding.build == kustomization.build;
        if !report.findings.iter().any(is_of_build) {
            continue;
        }
        let mut reader = Reader { texts: &mut texts, layers: Vec::new(), levels: 0 };
        if reader.read(&kustomization.folder, &[]).is_none() {
            continue;
        }
        let layers = reader.layers;
        let Some(documents) = texts.documents(kustomization.source) else { continue };
        let origin = |label: &Label| {
            let span = (label.source == kustomization.source).then_some(label.span)?;
            kustomize::origin(&layers, &documents, span)
        };
        for finding in report.findings.iter_mut().filter(|finding| is_of_build(finding)) {
            for label in &mut finding.labels {
                if let Some(place) = origin(label) {
                    (label.source, label.span) = place;
                }
            }
            if let Some(place) = origin(&finding.primary) {
                move_primary(finding, place, &shown_path(&kustomization.folder));
            }
        }
    }
    merge(report, built);
}

fn move_primary(finding: &mut Finding, (source, span): (SourceId, Span), name: &str) {
    let rendered = finding.primary.clone();
    finding.primary = Label { source, span, text: rendered.text.clone() };
    finding.provenance = Some(Box::new(Provenance {
        level: Known::Proven,
        rendered,
        template: None,
        chain: Vec::new(),
        values: None,
        note: Some(format!("kustomize builds it into {name}")),
        renders: 0,
    }));
}

/// A file that several kustomizations build on has its mistake once.
fn merge(report: &mut Report, built: &[BuiltKustomization]) {
    let findings = std::mem::take(&mut report.findings);
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let is_built = |finding: &Finding| built.iter().any(|built| built.build == finding.build);
        let is_same = |other: &&mut Finding| {
            let place = |finding: &Finding| (finding.primary.source, finding.primary.span);
            let says = |finding: &Finding| (finding.rule, finding.message.clone());
            other.build != finding.build
                && is_built(other)
                && place(other) == place(&finding)
                && says(other) == says(&finding)
        };
        let moved = finding.provenance.is_some() && is_built(&finding);
        match kept.iter_mut().find(|other| moved && is_same(other)) {
            Some(first) => first.also_in.push(finding.build),
            None => kept.push(finding),
        }
    }
    kept.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    report.findings = kept;
}

/// Collects the layers of a kustomization.
struct Reader<'r, 's> {
    texts: &'r mut Texts<'s>,
    layers: Vec<Layer>,
    levels: usize,
}

impl Reader<'_, '_> {
    /// Nothing where a part cannot be read, or does what is not followed.
    fn read(&mut self, folder: &Path, around: &[Level]) -> Option<()> {
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let file = names.iter().map(|name| folder.join(name)).find(|file| file.is_file())?;
        let document = self.texts.read(&file)?.into_iter().next()?;
        let root = document.root()?;
        if around.len() > DEPTH {
            return None;
        }
        let mut chain = around.to_vec();
        let own = self.level(root);
        if text(root, "kind").as_deref() == Some("Component") {
            // A component changes what the kustomization that names it has gathered.
            let plain = own.prefix.is_empty() && own.suffix.is_empty();
            let level = chain.last_mut().filter(|_| plain)?;
            level.is_opaque |= own.is_opaque;
            level.sets_labels |= own.sets_labels;
            level.sets_annotations |= own.sets_annotations;
            level.sets_replicas |= own.sets_replicas;
            level.sets_images |= own.sets_images;
            self.layers.iter_mut().flat_map(|layer| layer.chain.iter_mut()).for_each(|other| {
                if other.id == level.id {
                    *other = level.clone();
                }
            });
        } else {
            chain.push(own);
        }
        for key in ["resources", "bases", "components"] {
            for entry in root.get(key).into_iter().flat_map(NodeRef::items) {
                let path = folder.join(entry.str()?.as_ref());
                if path.is_dir() {
                    self.read(&path, &chain)?;
                } else {
                    let documents = self.texts.read(&path)?;
                    self.layers.push(Layer { role: Role::Resource, chain: chain.clone(), documents, scalar: None });
                }
            }
        }
        for key in ["patchesStrategicMerge", "patches", "patchesJson6902"] {
            for entry in root.get(key).into_iter().flat_map(NodeRef::items) {
                self.patch(folder, entry, &chain)?;
            }
        }
        Some(())
    }

    fn level(&mut self, root: NodeRef<'_>) -> Level {
        self.levels += 1;
        let has = |key: &str| root.get(key).is_some_and(|node| !node.is_null());
        Level {
            id: self.levels,
            prefix: text(root, "namePrefix").unwrap_or_default(),
            suffix: text(root, "nameSuffix").unwrap_or_default(),
            is_opaque: OPAQUE.iter().any(|key| has(key)),
            sets_labels: has("labels") || has("commonLabels"),
            sets_annotations: has("commonAnnotations"),
            sets_replicas: has("replicas"),
            sets_images: has("images") || has("imageTags"),
        }
    }

    fn patch(&mut self, folder: &Path, entry: NodeRef<'_>, chain: &[Level]) -> Option<()> {
        let target = entry.get("target").filter(|target| !target.is_null()).map(|target| Target {
            kind: text(target, "kind"),
            name: text(target, "name"),
            has_more: target
                .entries()
                .any(|field| !["kind", "name", "group", "version"].contains(&field.key().as_ref())),
        });
        // An entry of `patchesStrategicMerge` is a path or the patch itself.
        let inline =
            entry.get("patch").or(Some(entry).filter(|node| node.str().is_some_and(|text| text.contains('\n'))));
        let path = || Some(folder.join(entry.get("path").unwrap_or(entry).str()?.as_ref()));
        let (documents, scalar) = match inline {
            Some(node) => {
                let text: Arc<str> = Arc::from(node.str()?.as_ref());
                let outer = node.document();
                let documents = yaml::parse(outer.source(), &text).into_iter().map(Arc::new).collect();
                // Documents are cheap to parse and cannot be shared from a borrowed one.
                let again =
                    self.texts.documents(outer.source())?.into_iter().find(|other| other.span() == outer.span())?;
                (documents, Some((again, node.id())))
            }
            None => (self.texts.read(&path()?)?, None),
        };
        self.layers.push(Layer { role: Role::Patch(target), chain: chain.to_vec(), documents, scalar });
        Some(())
    }
}

fn text(node: NodeRef<'_>, path: &str) -> Option<String> {
    node.at(path)?.text().map(std::borrow::Cow::into_owned)
}

impl Texts<'_> {
    /// The documents of a file, which becomes one of the texts.
    fn read(&mut self, path: &Path) -> Option<Vec<Arc<Document>>> {
        let id = self.add(&shown_path(path), read_text(path).ok()?);
        self.documents(id)
    }

    /// The documents of a text.
    fn documents(&self, source: SourceId) -> Option<Vec<Arc<Document>>> {
        let text = self.text(source)?;
        Some(yaml::parse(source, &text).into_iter().map(Arc::new).collect())
    }
}
