//! A run that is spread over the pods of a Kubernetes Indexed Job: its manifest.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;

use super::values::{AUTO, count, duration};

/// What the manifest says beside the run.
#[derive(Debug, Args)]
pub(super) struct JobArgs {
    /// Pods, each with a part of the rate
    #[arg(long, value_name = "N", value_parser = count)]
    shards: usize,
    /// The image whose entry point is this program
    #[arg(long, value_name = "IMAGE")]
    image: String,
    /// The Job's name
    #[arg(long, value_name = "NAME", default_value = "loadtest")]
    name: String,
    /// The time until all pods begin: they must be running by then
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = duration)]
    start_in: Duration,
    /// Cores that each pod asks for: a generator without them is late
    #[arg(long, value_name = "N", value_parser = count, default_value = "2")]
    cores: usize,
    /// The flags of the run
    #[arg(last = true, value_name = "FLAGS")]
    pub(super) flags: Vec<String>,
}

// === impl JobArgs ===

impl JobArgs {
    /// The line of the pod `number`, which may be what each finds out by itself.
    pub(super) fn line(&self, number: &str) -> Vec<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let start = now.unwrap_or_default() + self.start_in;
        let (shard, start) = (
            format!("{number}/{}", self.shards),
            start.as_secs().to_string(),
        );
        let ours = ["run", "--shard", &shard, "--start-at", &start, "--out", "-"];
        let ours = ours.into_iter().map(str::to_owned);
        ours.chain(self.flags.iter().cloned()).collect()
    }

    /// The manifest, with the commands that bring its results home.
    pub(super) fn manifest(&self) -> String {
        let Self { shards, name, .. } = self;
        // JSON's strings are YAML's.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let line = self.line(AUTO);
        let line: Vec<String> = line.iter().map(|word| quoted(word)).collect();
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = write!(
            out,
            "\
# kubectl apply -f this, then, when the Job is over:
#
#   for i in $(seq 0 {last}); do
#     kubectl logs -l batch.kubernetes.io/job-name={name},batch.kubernetes.io/job-completion-index=$i --tail=-1 > part-$i.json
#   done
#   cargo loadtest merge part-*.json
apiVersion: batch/v1
kind: Job
metadata:
  name: {quoted_name}
spec:
  completionMode: Indexed
  completions: {shards}
  parallelism: {shards}
  # A part that is tried again would not begin with the others.
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: loadtest
          image: {image}
          args: [{line}]
          resources:
            requests:
              cpu: {cores}
",
            last = shards.saturating_sub(1),
            quoted_name = quoted(name),
            image = quoted(&self.image),
            line = line.join(", "),
            cores = self.cores,
        );
        out
    }
}
