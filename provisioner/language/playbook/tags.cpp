// Which tasks --tags and --skip-tags choose.

#include "provisioner/language/playbook/tags.h"

#include <algorithm>

namespace provisioner::playbook {
namespace {

bool has(const std::vector<std::string>& tags, std::string_view tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

bool share_one(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& tag) { return has(b, tag); });
}

bool is_untagged(const std::vector<std::string>& tags) {
  return std::all_of(tags.begin(), tags.end(),
                     [](const std::string& tag) { return tag == "untagged"; });
}

bool is_wanted(const std::vector<std::string>& tags, const std::vector<std::string>& only) {
  if (only.empty() || has(tags, "always")) return true;
  const bool is_never = has(tags, "never");
  if (has(only, "all") && !is_never) return true;
  if (share_one(tags, only)) return true;
  return has(only, "tagged") && !is_untagged(tags) && !is_never;
}

bool is_refused(const std::vector<std::string>& tags, const std::vector<std::string>& skip) {
  if (skip.empty()) return false;
  if (has(skip, "all")) return !has(tags, "always") || has(skip, "always");
  return share_one(tags, skip) || (has(skip, "tagged") && !is_untagged(tags));
}

}  // namespace

bool is_selected(const std::vector<std::string>& tags, const std::vector<std::string>& only,
                 const std::vector<std::string>& skip) {
  const std::vector<std::string> effective =
      tags.empty() ? std::vector<std::string>{"untagged"} : tags;
  return is_wanted(effective, only) && !is_refused(effective, skip);
}

}  // namespace provisioner::playbook
