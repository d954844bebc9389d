"""Mends findings in the files themselves: `fix_project` works out the new contents in memory and proves each mend.

A safe mend leaves what the file means as it is: the file is read again, and must give the same values. An unsafe one must
end its finding and bring no error. Whatever does not is not done, and its finding stays.
"""

from orchestra_compiler.fixes.apply import Fixed, fix_project
from orchestra_compiler.fixes.files import write_fixed
from orchestra_compiler.fixes.unified import unified_diff

__all__ = ["Fixed", "fix_project", "unified_diff", "write_fixed"]
