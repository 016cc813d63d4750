"""A self-contained page of what landed in Brevo: facts in, HTML out."""

from tajo.report.page import write_page
from tajo.report.picture import Bucket, Check, Count, KindLine, Picture, Reject, Run

__all__ = ["Bucket", "Check", "Count", "KindLine", "Picture", "Reject", "Run", "write_page"]
