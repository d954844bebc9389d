"""The first steps of a project: looking through a repository and writing an `orchestra.yaml` for what is found."""
