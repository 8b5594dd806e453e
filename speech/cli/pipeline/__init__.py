"""`speech pipeline`: what pipelines tell teams."""
