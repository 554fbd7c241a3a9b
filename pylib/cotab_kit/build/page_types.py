"""Write webresource/page/page_config.d.ts, the type that the page's JavaScript has of PageConfig.

`python -m cotab_kit.build.page_types` renews the file; with `--check`, the exit code is 1 if that is due.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from cotab_kit.build.page_config import PageConfig
from cotab_kit.layout import kit_files

NAME = "page_config.d.ts"
HEAD = "// Generated from pylib/cotab_kit/build/page_config.py by `python -m cotab_kit.build.page_types`.\n"
PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def declarations() -> str:
    """Declare an interface for each model; that of PageConfig is `Page`."""
    page = PageConfig.model_json_schema(ref_template="{model}")
    models: dict[str, dict[str, Any]] = {**page["$defs"], "Page": page}
    return HEAD + "".join(_interface(name, schema) for name, schema in models.items())


def _interface(name: str, schema: dict[str, Any]) -> str:
    members = [f"{_comment(each, '  ')}  {key}: {_type(each)};\n" for key, each in schema["properties"].items()]
    return f"\n{_comment(schema)}export interface {name} {{\n{''.join(members)}}}\n"


def _comment(schema: dict[str, Any], indent: str = "") -> str:
    text = schema.get("description", "").replace("\n", f"\n{indent} * ").replace(" * \n", " *\n")
    return f"{indent}/** {text} */\n" if text else ""


def _type(schema: dict[str, Any]) -> str:
    match schema:
        case {"$ref": name}:
            return str(name)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"anyOf": kinds}:
            return " | ".join(map(_type, kinds))
        case {"type": "array", "items": items}:
            return f"{_type(items)}[]"
        case {"type": "object", "additionalProperties": True}:
            return "Record<string, unknown>"
        case {"type": "object", "additionalProperties": values}:
            return f"Record<string, {_type(values)}>"
    return PRIMITIVES[schema["type"]]


if __name__ == "__main__":
    path, text = kit_files().page / NAME, declarations()
    if "--check" not in sys.argv:
        path.write_text(text, "utf-8")
    elif path.read_text("utf-8") != text:
        sys.exit(f"{path.name} is not up to date; run: python -m cotab_kit.build.page_types")
