// The options that all file modules share: owner, group, mode, validate.
#include "provisioner/node/modules/file_options.h"

#include <fmt/format.h>

#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/mode.h"

namespace provisioner::modules {
namespace {

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::uint32_t uid_of(const host::HostView& view, const std::string& owner) {
  if (auto number = number_of(owner)) return *number;
  if (auto account = view.account(owner)) return account->uid;
  throw base::Error(base::Kind::failed, "chown failed: failed to look up user " + owner);
}

std::uint32_t gid_of(const host::HostView& view, const std::string& name) {
  if (auto number = number_of(name)) return *number;
  if (auto group = view.group(name)) return group->gid;
  throw base::Error(base::Kind::failed, "chgrp failed: failed to look up group " + name);
}

std::string mode_text(std::uint32_t mode) { return fmt::format("0{:03o}", mode); }

void note(AttributeChange& change, std::string_view what, value::Value before, value::Value after) {
  change.is_needed = true;
  change.before.set(what, std::move(before));
  change.after.set(what, std::move(after));
}

}  // namespace

AttributeChange attribute_change(const host::HostView& view, const Arguments& arguments,
                                 const host::FileStatus& now) {
  AttributeChange change;
  if (auto owner = arguments.optional_text("owner")) {
    change.wanted.uid = uid_of(view, *owner);
    if (*change.wanted.uid != now.uid)
      note(change, "owner", std::int64_t{now.uid}, std::int64_t{*change.wanted.uid});
  }
  if (auto group = arguments.optional_text("group")) {
    change.wanted.gid = gid_of(view, *group);
    if (*change.wanted.gid != now.gid)
      note(change, "group", std::int64_t{now.gid}, std::int64_t{*change.wanted.gid});
  }
  if (arguments.has("mode")) {
    const std::uint32_t mode = mode_of(arguments.raw("mode"), now, view.umask());
    const bool is_needed = change.is_needed;
    if (mode != now.mode) note(change, "mode", mode_text(now.mode), mode_text(mode));
    if (now.type == host::FileType::link)
      change.is_needed = is_needed;
    else
      change.wanted.mode = mode;
  }
  return change;
}

AttributeChange known_attribute_change(const host::HostView& view, const Arguments& arguments,
                                       const host::FileStatus& now) {
  try {
    return attribute_change(view, arguments, now);
  } catch (const base::Error&) {
    return {};
  }
}

host::FileStatus new_file(const host::HostView& view, const std::string& path) {
  constexpr std::uint32_t set_group = 02000;
  host::FileStatus status;
  status.mode = 0666 & ~view.umask();
  status.uid = view.effective_uid();
  if (auto account = view.account(status.uid)) status.gid = account->gid;
  status.links = 1;
  const auto parent = view.status(os::parent_of(path), host::Follow::yes);
  if (parent && (parent->mode & set_group) != 0) status.gid = parent->gid;
  return status;
}

host::FileStatus new_directory(const host::HostView& view, const std::string& path) {
  host::FileStatus status = new_file(view, path);
  const auto parent = view.status(os::parent_of(path), host::Follow::yes);
  status.mode = (0777 & ~view.umask()) | (parent ? parent->mode & 02000 : 0);
  status.type = host::FileType::directory;
  return status;
}

std::string with_attributes_message(std::string message, bool attributes_change) {
  if (!attributes_change) return message;
  if (!message.empty()) message += " and ";
  return message + "ownership, perms or SE linux context changed";
}

std::vector<std::string> validate_command(const Arguments& arguments) {
  const auto validate = arguments.optional_text("validate");
  if (!validate || validate->empty()) return {};
  if (validate->find("%s") == std::string::npos)
    throw base::Error(base::Kind::failed, "validate must contain %s: " + *validate);
  return base::shell_split(*validate);
}

}  // namespace provisioner::modules
