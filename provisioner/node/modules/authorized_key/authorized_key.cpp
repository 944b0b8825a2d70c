// The authorized_key module: SSH keys may, or may not, log in as a user.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/authorized_key/key_file.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

using authorized_key::Key;
using authorized_key::KeyFile;

host::Account require_account(const host::HostView& view, const std::string& name) {
  if (auto account = view.account(name)) return *account;
  throw base::Error(base::Kind::failed, "Failed to lookup user " + name +
                                            ": \"getpwnam(): name not found: '" + name + "'\"");
}

// The keys that are asked for; of one given twice, the last.
std::vector<Key> wanted_keys(const Arguments& arguments) {
  const std::string text = arguments.text("key");
  if (text.starts_with("http://") || text.starts_with("https://")) {
    throw base::Error(base::Kind::failed, "Error getting key from: " + text);
  }
  std::vector<Key> keys;
  for (const std::string_view line : base::lines_of(text)) {
    const std::string_view trimmed = base::trim(line);
    if (trimmed.empty() || trimmed.front() == '#') continue;
    auto key = authorized_key::read_key(trimmed);
    if (!key)
      throw base::Error(base::Kind::failed, "invalid key specified: " + std::string(trimmed));
    if (arguments.has("key_options"))
      key->options = authorized_key::read_options(arguments.text("key_options"));
    if (arguments.has("comment")) key->comment = arguments.text("comment");
    std::erase_if(keys, [&](const Key& other) { return other.key == key->key; });
    keys.push_back(*key);
  }
  return keys;
}

std::string edited(const std::string& before, const Arguments& arguments) {
  const std::vector<Key> keys = wanted_keys(arguments);
  KeyFile file(before);
  bool is_changed = false;
  for (const Key& key : keys) {
    const bool is_present = arguments.text("state") == "present";
    if (is_present && !file.has(key)) {
      file.put(key);
      is_changed = true;
    } else if (!is_present && file.knows(key)) {
      file.remove(key);
      is_changed = true;
    }
  }
  if (arguments.boolean("exclusive") && arguments.text("state") == "present") {
    KeyFile only = file;
    only.keep_only(keys);
    if (only.text() != file.text()) {
      file = only;
      is_changed = true;
    }
  }
  return is_changed ? file.text() : before;
}

// The directory of the keys belongs to the user alone, where the module is to see to it.
void add_directory(const host::HostView& view, const Arguments& arguments,
                   const host::Account& account, const std::string& file,
                   std::vector<wire::Step>& steps) {
  const std::string directory = file.substr(0, file.rfind('/'));
  const auto status = view.status(directory, host::Follow::yes);
  if (directory.empty() || (status && !arguments.boolean("manage_dir"))) return;
  if (!arguments.boolean("manage_dir")) {
    for (wire::Step& step : missing_parents(view, file)) steps.push_back(std::move(step));
    return;
  }
  const wire::Attributes own{account.uid, account.gid, 0700};
  if (!status) {
    for (wire::Step& step : missing_parents(view, directory)) steps.push_back(std::move(step));
    steps.push_back(wire::MakeDirectory{directory, own});
  } else if (status->mode != 0700 || status->uid != account.uid || status->gid != account.gid) {
    steps.push_back(wire::SetAttributes{directory, own, true});
  }
}

value::Dict shown_arguments(const Arguments& arguments) {
  value::Dict result;
  for (const char* name : {"user", "key", "path", "manage_dir", "state", "key_options", "exclusive",
                           "comment", "validate_certs", "follow"}) {
    result.set(name, arguments.raw(name));
  }
  return result;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const host::Account account = require_account(view, arguments.text("user"));
  std::string path =
      arguments.has("path") ? arguments.text("path") : account.home + "/.ssh/authorized_keys";
  wire::Plan plan;
  plan.result = shown_arguments(arguments);
  plan.result.set("keyfile", path);
  if (arguments.boolean("follow")) path = followed(view, path);
  const auto status = view.status(path, host::Follow::yes);
  const std::string before = status ? view.read_file(path).value_or("") : "";
  const std::string after = edited(before, arguments);
  const wire::Attributes own{account.uid, account.gid, 0600};
  const bool is_written = after != before || !status;
  const bool is_wanted = status || !after.empty() || arguments.text("state") == "present";
  if (!is_wanted) return plan;
  add_directory(view, arguments, account, path, plan.steps);
  if (is_written) {
    plan.steps.push_back(wire::WriteFile{.path = path,
                                         .content = {after, ""},
                                         .attributes = own,
                                         .backup = false,
                                         .validate = {},
                                         .in_place = false});
    plan.differences = {{path, path, before, after, false}};
  } else if (status->mode != 0600 || status->uid != account.uid || status->gid != account.gid) {
    plan.steps.push_back(wire::SetAttributes{path, own, true});
  }
  if (!plan.steps.empty()) plan.verdict = wire::Verdict::differs;
  return plan;
}

}  // namespace

extern const Module authorized_key_module{
    .spec =
        {.name = "authorized_key",
         .summary = "makes sure that SSH keys may, or may not, log in as a user",
         .collections = {"ansible.posix", "ansible.builtin", "ansible.legacy"},
         .parameters = {{.name = "user", .required = true},
                        {.name = "key", .required = true},
                        {.name = "path", .type = Type::path},
                        {.name = "manage_dir", .type = Type::boolean, .fallback = "yes"},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "key_options"},
                        {.name = "exclusive", .type = Type::boolean, .fallback = "no"},
                        {.name = "comment"},
                        {.name = "validate_certs", .type = Type::boolean, .fallback = "yes"},
                        {.name = "follow", .type = Type::boolean, .fallback = "no"}}},
    .check = check};

}  // namespace provisioner::modules
