#include "tests/support/fake_mdadm.h"

#include <cstdlib>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::disks {
namespace {

constexpr const char* script = R"sh(#!/bin/sh
set -eu
refuse() { echo "mdadm: $*" >&2; exit 1; }
case "$1" in
  --create)
    array=$2 halves= level= superblock=
    shift 2
    for word in "$@"; do
      case "$word" in
        --level=1) level=1 ;;
        --metadata=1.0) superblock=1.0 ;;
        --*) ;;
        *) halves="$halves $word" ;;
      esac
    done
    [ "$level $superblock" = "1 1.0" ] || refuse "only RAID 1 with superblock 1.0 is known here"
    set -- $halves
    [ $# = 2 ] || refuse "You haven't given enough devices (real or missing) to create this array"
    size=$(blockdev --getsize64 "$1")
    [ "$size" = "$(blockdev --getsize64 "$2")" ] || refuse "the halves differ"
    loop=$(losetup --find --show --sizelimit $((size - 131072)) "$1")
    ln -s "$loop" "$array"
    echo "$1 $2" >"$array.halves" ;;
  --stop)
    [ -L "$2" ] || refuse "error opening $2: No such file or directory"
    read -r first second <"$2.halves"
    losetup --detach "$(readlink "$2")"
    rm "$2" "$2.halves"
    dd if="$first" of="$second" bs=4M conv=sparse,fsync status=none ;;
  *) refuse "unknown: $*" ;;
esac
)sh";

}  // namespace

bool has_md() { return os::find_program("mdadm").has_value() && os::exists("/proc/mdstat"); }

FakeMdadm::FakeMdadm(const std::string& directory) : old_path_(std::getenv("PATH")) {
  os::make_directories(directory);
  os::write_file(directory + "/mdadm", script, 0755);
  ::setenv("PATH", (directory + ":" + old_path_).c_str(), 1);
}

FakeMdadm::~FakeMdadm() { ::setenv("PATH", old_path_.c_str(), 1); }

}  // namespace provisioner::disks
