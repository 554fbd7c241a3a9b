"""Staging folder for AppSource: everything of an offer's package but the one .NET file that only `pac` can make.

The README that lies in the folder says what to do with it.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from cotab_kit.manifest.model import Manifest
from cotab_kit.solution.archive import CONTENT_TYPES, content_types
from cotab_kit.solution.xml import XSD, XSI, Element, element, with_attributes, xml_bytes

ASSETS = "package/PkgAssets"
LOGO = "logo32x32.png"
TERMS = "TermsOfUse.html"
# The dates between which the offer may be installed; AppSource wants MM/DD/YYYY.
STARTS, ENDS = "01/01/2020", "12/31/2099"
EXTENSIONS = ("xml", "xaml", "dll", "zip", "jpg", "gif", "png", "htm", "html", "db", "css", "json", "msapp")

README = """# {name} {version}: package for AppSource

Everything but one file is here. That file is a small .NET library, which no tool but .NET makes. Where the .NET SDK and
the Power Platform CLI (`pac`) are installed:

1. In this folder run

       pac package init --outputDirectory build --package-name {unique_name}

   put the files of `package/PkgAssets` into `build/PkgAssets` (its ImportConfig.xml is replaced), and run

       dotnet publish build -c Release

   The result is a package zip below `build/bin/Release`. Name it `package.zip` and put it into this folder.

2. Zip these files, without a folder around them: `[Content_Types].xml`, `input.xml`, `{logo}`, `{terms}`,
   `package.zip`. That zip is what AppSource takes.

The package brings the managed solution and the rows that a solution cannot carry. It does not remove rows: that is the
administrator's step before the solution is deleted.
"""


def staging_folder(
    manifest: Manifest, project: Path, solution: tuple[str, bytes], data: tuple[str, bytes], logo: bytes
) -> dict[str, bytes]:
    """Make the files by their name in the folder; `solution` and `data` are the zips with their names."""
    given = manifest.appsource
    files = {
        "input.xml": _input(manifest, solution[0]),
        LOGO: (project / given.logo).read_bytes() if given.logo else logo,
        TERMS: (project / given.terms).read_bytes() if given.terms else _terms(manifest),
        "README.md": _readme(manifest),
        f"{ASSETS}/ImportConfig.xml": _import_config(solution[0], data[0]),
        f"{ASSETS}/{solution[0]}": solution[1],
        f"{ASSETS}/{data[0]}": data[1],
    }
    types = content_types([], EXTENSIONS)
    return files | {CONTENT_TYPES: types, f"package/{CONTENT_TYPES}": types}


def _import_config(solution: str, data: str) -> bytes:
    attributes = {
        "xmlns:xsi": XSI,
        "xmlns:xsd": XSD,
        "installsampledata": "false",
        "waitforsampledatatoinstall": "true",
        "crmmigdataimportfile": data,
    }
    root = with_attributes("configdatastorage", attributes)
    solutions = element("solutions")
    solutions.append(element("configsolutionfile", solutionpackagefilename=solution))
    root.append(solutions)
    return xml_bytes(root, declared=True)


def _input(manifest: Manifest, solution: str) -> bytes:
    publisher, given = manifest.publisher, manifest.appsource
    root = element("PvsPackageData")
    parts = {
        "ProviderName": publisher.name or publisher.unique_name or publisher.prefix,
        "PackageFile": "package.zip",
        "SolutionAnchorName": solution,
        "StartDate": STARTS,
        "EndDate": ENDS,
        "SupportedCountries": ",".join(given.countries),
        "LearnMoreLink": given.learn_more_url or publisher.support_url or publisher.privacy_url,
    }
    root.extend(element(name, text) for name, text in parts.items())
    root.append(_locales())
    return xml_bytes(root, declared=True)


def _locales() -> Element:
    locales, locale, terms = (
        element("Locales"),
        element("PackageLocale", Code="1033", IsDefault="true"),
        element("Terms"),
    )
    terms.append(element("PackageTerm", File=TERMS))
    locale.extend([element("Logo", LOGO), terms])
    locales.append(locale)
    return locales


def _terms(manifest: Manifest) -> bytes:
    name, url = escape(manifest.provider.name), escape(manifest.publisher.privacy_url)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}: terms of use</title></head>\n'
        f'<body><h1>{name}</h1><p>How personal data is processed: <a href="{url}">{url}</a></p></body></html>\n'
    ).encode()


def _readme(manifest: Manifest) -> bytes:
    solution = manifest.solution
    return README.format(
        name=manifest.provider.name,
        version=solution.version,
        unique_name=solution.unique_name,
        logo=LOGO,
        terms=TERMS,
    ).encode()
