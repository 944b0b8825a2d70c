#!/usr/bin/env python3
"""Holds our facts of this machine against those of ansible-core's setup, key by key.

usage: facts_compare.py OURS.json [THEIRS.json]

OURS.json is a result of our setup module. Without THEIRS.json, `ansible localhost -m setup` is run. Prints one line
a difference and a count; exits 1 where there is one that the lists below do not explain.
"""
import json
import subprocess
import sys

# Python is none of our facts: nodes have none.
OURS_LACKS = {'ansible_python', 'ansible_python_version'}
# Values that differ between two moments or two processes.
MOVES = {
    'ansible_date_time', 'ansible_loadavg', 'ansible_uptime_seconds', 'ansible_memfree_mb', 'ansible_memory_mb',
    'ansible_env', 'ansible_swapfree_mb',
}
# Lists whose order Ansible takes from a directory.
UNORDERED = {
    'ansible_interfaces', 'ansible_all_ipv4_addresses', 'ansible_all_ipv6_addresses',
    'ansible_virtualization_tech_guest', 'ansible_virtualization_tech_host',
}
MOVES_IN_MOUNTS = {'block_available', 'block_used', 'inode_available', 'inode_used', 'size_available'}


def theirs():
    result = subprocess.run(['ansible', 'localhost', '-m', 'setup'], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return json.loads(result.stdout[result.stdout.index('{'):])


def settled(key, value):
    """The value without what moves."""
    if key in MOVES:
        return sorted(value) if isinstance(value, dict) and key != 'ansible_env' else type(value).__name__
    if key in UNORDERED:
        return sorted(value)
    if key == 'ansible_mounts':
        return [{k: v for k, v in mount.items() if k not in MOVES_IN_MOUNTS} for mount in value]
    return value


def differences(ours, theirs, path=''):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            where = f'{path}.{key}' if path else key
            if key not in ours:
                yield f'{where}: only theirs: {json.dumps(theirs[key])[:160]}'
            elif key not in theirs:
                yield f'{where}: only ours: {json.dumps(ours[key])[:160]}'
            else:
                yield from differences(settled(key, ours[key]), settled(key, theirs[key]), where)
    elif ours != theirs:
        yield f'{path}: ours {json.dumps(ours)[:160]} theirs {json.dumps(theirs)[:160]}'


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        ours = json.load(file)['ansible_facts']
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding='utf-8') as file:
            expected = json.load(file)['ansible_facts']
    else:
        expected = theirs()['ansible_facts']
    found = [line for line in differences(ours, {k: v for k, v in expected.items() if k not in OURS_LACKS})]
    for line in found:
        print(line)
    print(f'{len(expected)} facts of theirs, {len(ours)} of ours, {len(found)} differences')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
