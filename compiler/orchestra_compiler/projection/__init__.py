"""What a month of the workload costs, as values and as a table for the terminal."""

from orchestra_compiler.projection.month import (
    BaselineCost,
    PriceRead,
    Projection,
    TaskCost,
    TierCost,
    project,
)
from orchestra_compiler.projection.table import render

__all__ = ["BaselineCost", "PriceRead", "Projection", "TaskCost", "TierCost", "project", "render"]
