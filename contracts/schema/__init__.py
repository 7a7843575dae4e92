"""The one place that understands JSON Schema: normal form, containment proof, witness search."""
