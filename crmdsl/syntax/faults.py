"""The faults of a file as such, before anybody looks at what it says."""

from __future__ import annotations

from crmdsl.diagnostics import Fault


class YamlSyntax(Fault):
    """A piece of a file is not YAML.

    Why:
        A spec is written in YAML. Where it cannot be read, nothing can be checked or compiled. What stands
        around the fault is still read, so that its other faults are found in the same run.

    Place: the character at which it is no longer YAML, or the bracket that is never closed

    Wrong:
        crmdsl: 1
        roles:
          agent: {department: sales
          area_manager: {department: sales}

    Right:
        crmdsl: 1
        roles:
          agent: {department: sales}
          area_manager: {department: sales}
    """

    code = "yaml-syntax"


class YamlFeature(Fault):
    """A file uses a part of YAML that a spec does not need.

    Why:
        Anchors, aliases, merge keys, tags, directives and several documents in one file make a spec hard to
        read for those who did not write it, and let a small file grow without end. What is common to
        several declarations is taken over with `use:`.

    Place: the anchor, alias, merge key, tag, directive or the line between documents

    Wrong:
        crmdsl: 1
        roles:
          agent: &field_sales {department: sales, hourly_cost: 30 EUR}
          area_manager: *field_sales

    Right:
        crmdsl: 1
        roles:
          agent: {department: sales, hourly_cost: 30 EUR}
          area_manager: {use: agent}
    """

    code = "yaml-feature"


class DuplicateKey(Fault):
    """A key stands twice in one map.

    Why:
        Only one of the two values can count, and which one is a guess. The first is read; the second is
        reported.

    Place: the second key; related, the first

    Wrong:
        crmdsl: 1
        roles:
          agent:
            department: sales
            headcount: 4
            department: marketing

    Right:
        crmdsl: 1
        roles:
          agent:
            department: sales
            headcount: 4
    """

    code = "duplicate-key"


class TooLarge(Fault):
    """A file is larger, or nested deeper, than any spec.

    Why:
        A file has at most 16 MiB, 64 levels of lists and maps in each other, and two million values, a map
        100,000 declarations, so that no input can exhaust the machine that reads it. A spec may have any
        number of files.

    Place: line 1, column 1 of a file that is too large; the bracket or line that is nested too deeply; the
    first declaration that is too many

    Wrong:
        crmdsl: 1
        product_lines: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[

    Right:
        crmdsl: 1
        product_lines:
          valves: {}
          pumps: {}
    """

    code = "too-large"


class NotUtf8(Fault):
    """A file is not UTF-8 text.

    Why:
        Text means the same on every machine only in one encoding. Editors write UTF-8 by default; older
        programs on Windows save in another one (`ANSI`, `Unicode`), in which `à` or `€` becomes unreadable.

    Place: the first byte that is not UTF-8

    Wrong:
        roles:                    # the file saved as Windows-1252
          agent: {department: sales, label: Responsabilità}

    Right:
        roles:                    # the same file saved as UTF-8
          agent: {department: sales, label: Responsabilità}
    """

    code = "not-utf8"


class UnreadableFile(Fault):
    """A file of the spec cannot be opened, or is a link to a file outside of the spec's folder.

    Why:
        A spec is what stands in its folder: it means the same wherever the folder is copied to. A link that
        leads out of it would read files that nobody meant to be a part of the spec.

    Place: line 1, column 1 of the file

    Wrong:
        roles.yaml, a symbolic link to `../../other/roles.yaml`

    Right:
        roles.yaml, a copy of that file
    """

    code = "unreadable-file"
