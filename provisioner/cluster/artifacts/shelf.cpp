// Artefacts for nodes.

#include "provisioner/cluster/artifacts/shelf.h"

#include <algorithm>

#include "provisioner/base/os/regular_file.h"
#include "provisioner/cluster/artifacts/lock_check.h"

namespace provisioner::artifacts {
namespace {

constexpr std::string_view folder = "/sha256/";

http::Answer refusal(int status, const std::string& text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = text + "\n"};
}

}  // namespace

Shelf::Shelf(const Store& store, const std::vector<Locked>& entries) : store_(store) {
  for (const Locked& entry : entries)
    for (const std::string& digest : files_of(store, entry)) digests_.insert(digest);
}

http::Answer Shelf::answer(const http::Call& call) const {
  if (call.method != "GET" && call.method != "HEAD")
    return refusal(405, "files are only read here");
  const std::string digest =
      call.path.starts_with(folder) ? call.path.substr(folder.size()) : std::string();
  if (!digests_.contains(digest)) return refusal(404, "no artefact that is locked has this digest");
  const auto size = store_.size_of(digest);
  if (!size) return refusal(404, "the artefact is not in the store any more");
  return {.content_type = "application/octet-stream",
          .file = http::FileBody{os::open_regular_file(store_.path(digest)), *size}};
}

value::Value role_variable(const std::vector<Locked>& entries, const std::string& url) {
  std::vector<std::string> names;
  for (const Locked& entry : entries)
    if (std::find(names.begin(), names.end(), entry.name) == names.end())
      names.push_back(entry.name);
  value::Dict all;
  for (const std::string& name : names) {
    value::Dict versions;
    for (const Locked& entry : entries) {
      if (entry.name != name) continue;
      value::Dict said{{"url", url + std::string(folder) + entry.sha256},
                       {"sha256", entry.sha256},
                       {"size", static_cast<std::int64_t>(entry.size)},
                       {"kind", std::string(name_of(entry.kind))}};
      if (!entry.image.empty()) said.set("image", entry.image);
      versions.set(entry.version, value::Value(std::move(said)));
    }
    all.set(name, value::Value(std::move(versions)));
  }
  return value::Value(std::move(all));
}

}  // namespace provisioner::artifacts
