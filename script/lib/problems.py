# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
"""The problems known of the Linux driver: their data, the page made of it, what its tests must be."""
import configparser
import json
import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = TOP / 'doc/source/problems.ini'

GROUPS = [
    ('T', 'Raised in the review of January 2019',
     [f'T{n}' for n in range(1, 50)]),
    ('R', 'Requirements that follow from them',
     [f'R{n}' for n in range(1, 16)]),
    ('D', 'Decisions of the contract',
     [f'D{n}' for n in range(1, 19)]),
    ('11', 'Defects found in the Linux driver since',
     ['11.1', '11.1b', '11.1c'] + [f'11.{n}' for n in range(2, 17)]),
]

INTRODUCTION = """# Every known problem: what happens, and what shows it

Each problem that the review of the Linux driver's concurrency raised (T), each requirement that follows (R), each decision of the
[contract](contract.md) (D), and each defect found in the Linux driver since (11.x): what chanio does, which tests show it, what the Linux driver
does. The data is `doc/source/problems.ini`; a test fails when an entry is missing or names a test that does not exist.

Tests: a plain name is a function in `tests/`; "meson" a test of `meson test --list -C build`; "case" one of `chanio exercise --list`, or of its other suites;
"explore" and "model" those of `script/explore --list` and `script/model --list`.
"""


class Mistake(Exception):
    """Something is wrong with the data."""


def read():
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=('#',))
    try:
        parser.read_string(DATA.read_text(), str(DATA))
    except configparser.Error as error:
        raise Mistake(str(error)) from error
    known = [name for _, _, names in GROUPS for name in names]
    wrong = [name for name in known if name not in parser] + [
        name for name in parser.sections() if name not in known]
    if wrong:
        raise Mistake(f'{DATA}: missing or unknown: {", ".join(wrong)}')
    for name in known:
        entry = parser[name]
        for key in ('problem', 'here', 'linux'):
            if not entry.get(key):
                raise Mistake(f'{DATA}: [{name}] has no "{key}"')
        if bool(entry.get('tests')) == bool(entry.get('none')):
            raise Mistake(f'{DATA}: [{name}] needs either "tests" or "none"')
        extra = set(entry) - {'problem', 'here', 'linux', 'tests', 'none'}
        if extra:
            raise Mistake(f'{DATA}: [{name}] has an unknown "{extra.pop()}"')
    return parser


def tests_of(entry):
    return [line.strip() for line in entry.get('tests', '').splitlines() if line.strip()]


def page(generated):
    data = read()
    lines = ['<!-- SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only -->',
             generated.format('doc/source/problems.ini') + INTRODUCTION]
    for _, heading, names in GROUPS:
        lines += [f'## {heading}', '', '| # | problem | here | Linux | shown by |', '|---|---|---|---|---|']
        for name in names:
            entry = data[name]
            shown = '<br>'.join(f'`{test}`' for test in tests_of(entry))
            cells = [name, entry['problem'], entry['here'], entry['linux'],
                     shown or f'No test: {entry["none"]}']
            lines.append('| ' + ' | '.join(value.replace('|', '\\|').replace('\n', ' ')
                                           for value in cells) + ' |')
        lines.append('')
    return '\n'.join(lines[:-1]) + '\n'


def functions():
    """Test functions of the sources: defined, and named once more, where they are run."""
    found = set()
    for path in (TOP / 'tests').rglob('*.c'):
        text = path.read_text()
        for name in re.findall(r'^(?:static )?void (\w+)\(void \*\*\s*\w+\)', text, re.M):
            if len(re.findall(rf'\b{name}\b', text)) > 1:
                found.add(name)
    return found


def output_of(*command):
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Mistake(f'{" ".join(map(str, command))}: {error}') from error


def first_words(*command):
    return {line.split()[0] for line in output_of(*command).splitlines() if line.split()}


def check_tests(build, chanio):
    """Every test named exists. Returns how many."""
    data = read()
    meson = {test['name'] for test in
             json.loads((pathlib.Path(build) / 'meson-info/intro-tests.json').read_text())}
    listed = {'': functions, 'meson': lambda: meson,
              'case': lambda: set().union(*(first_words(chanio, 'exercise', '--suite', suite, '--list')
                                            for suite in ('conformance', 'concurrency', 'stress'))),
              'explore': lambda: first_words(pathlib.Path(build) / 'explorer/chanio-explore', '--list'),
              'model': lambda: first_words(TOP / 'script/model', '--list')}
    known = {}
    wrong = []
    count = 0
    for name in data.sections():
        for test in tests_of(data[name]):
            kind, _, what = test.rpartition(': ')
            if kind not in listed:
                wrong.append(f'[{name}] {test}: of no known kind')
                continue
            if kind not in known:
                known[kind] = listed[kind]()
            if what not in known[kind]:
                wrong.append(f'[{name}] {test}')
            count += 1
    if wrong:
        raise Mistake(f'{DATA} names tests that do not exist:\n  ' + '\n  '.join(wrong))
    return count
