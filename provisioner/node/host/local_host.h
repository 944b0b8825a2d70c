#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

// What a host is about to do, for whoever watches it from outside: `file` is one call on one path,
// which a dead file server can keep for ever; `program` waits for one; `none`: neither.
enum class CallKind : std::uint8_t { none, file, program };

// What a task brings to the node it runs on.
struct LocalHostOptions {
  std::string blob_directory =
      {};  // where contents lie that were sent before, named by SHA-256 (hex)
  std::vector<std::pair<std::string, std::string>> environment =
      {};                                 // for programs, over the process's own
  std::chrono::milliseconds deadline{0};  // of a user's command; 0: a day
  // Told before each call ("stat", "/home/x", file), and with `none` after it.
  std::function<void(std::string_view verb, std::string_view object, CallKind kind)> notice = {};
};

// The node this process runs on, by direct system calls and without NSS: accounts are looked for in
// /etc/passwd and /etc/group, then by a child `getent`. Serves one task in one thread; children are
// killed by process group at their deadline, and their output is cut at 8 MiB.
std::unique_ptr<Host> make_local_host(LocalHostOptions options = {});

}  // namespace provisioner::host
