// What useradd and usermod have to be told.
#include "provisioner/node/modules/user/account.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules::user {
namespace {

using Argv = std::vector<std::string>;

// A group by its name or its number.
host::Group require_group(const host::HostView& view, const std::string& name) {
  if (auto group = view.group(name)) return *group;
  const bool is_number =
      !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) {
    if (auto group = view.group(static_cast<std::uint32_t>(std::stoul(name)))) return *group;
  }
  throw base::Error(base::Kind::failed, "Group " + name + " does not exist");
}

// The supplementary groups that are asked for; nullopt: not spoken of. [""] means none at all.
std::optional<std::set<std::string>> wanted_groups(const host::HostView& view,
                                                   const Arguments& arguments) {
  if (!arguments.has("groups")) return std::nullopt;
  std::set<std::string> names;
  for (const std::string& name : arguments.texts("groups")) {
    const std::string trimmed(base::trim(name));
    if (!trimmed.empty()) names.insert(require_group(view, trimmed).name);
  }
  return names;
}

std::string joined(const std::set<std::string>& names) {
  return base::join({names.begin(), names.end()}, ",");
}

std::int64_t days(double seconds) { return static_cast<std::int64_t>(std::floor(seconds / 86400)); }

double expiry(const Arguments& arguments) {
  const value::Value& given = arguments.raw("expires");
  return given.is_integer() ? static_cast<double>(given.integer()) : given.real();
}

std::string date_of(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// "-e" and its date; empty clears it.
std::string expiry_text(double seconds) { return seconds < 0 ? "" : date_of(days(seconds)); }

void add(Argv& argv, const char* flag, std::string text) {
  argv.emplace_back(flag);
  argv.push_back(std::move(text));
}

void add_home_options(const Arguments& arguments, Argv& argv) {
  if (!arguments.boolean("create_home")) {
    argv.emplace_back("-M");
    return;
  }
  argv.emplace_back("-m");
  if (arguments.has("skeleton")) add(argv, "-k", arguments.text("skeleton"));
  if (arguments.has("umask")) add(argv, "-K", "UMASK=" + arguments.text("umask"));
}

bool has_changed_groups(const host::HostView& view, const Arguments& arguments,
                        const host::Account& account, std::set<std::string> wanted) {
  std::set<std::string> current;
  for (const host::Group& group : view.groups_of(account.name)) {
    if (group.gid != account.gid) current.insert(group.name);
  }
  std::erase_if(wanted, [&](const std::string& name) {
    const auto group = view.group(name);
    return group && group->gid == account.gid;
  });
  if (!arguments.boolean("append")) return current != wanted;
  return !std::ranges::includes(current, wanted);
}

void add_groups(const host::HostView& view, const Arguments& arguments,
                const host::Account& account, Argv& argv) {
  const auto wanted = wanted_groups(view, arguments);
  if (!wanted || !has_changed_groups(view, arguments, account, *wanted)) return;
  if (arguments.boolean("append")) argv.emplace_back("-a");
  add(argv, "-G", joined(*wanted));
}

void add_expiry(const host::HostView& view, const Arguments& arguments,
                const host::Account& account, Argv& argv) {
  if (!arguments.has("expires")) return;
  const auto shadow = view.shadow(account.name);
  const bool has_expiry = shadow && shadow->expire_day && *shadow->expire_day >= 0;
  const double wanted = expiry(arguments);
  const bool is_same = wanted < 0 ? !has_expiry : has_expiry && *shadow->expire_day == days(wanted);
  if (!is_same) add(argv, "-e", expiry_text(wanted));
}

}  // namespace

std::string account_program(const host::HostView& view, const Arguments& arguments,
                            const std::string& name) {
  const std::string full = (arguments.boolean("local") ? "l" : "") + name;
  if (auto path = view.program(full)) return *path;
  throw base::Error(
      base::Kind::failed,
      "Failed to find required executable \"" + full +
          "\" in paths: /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

std::vector<wire::Step> steps_to_create(const host::HostView& view, const Arguments& arguments) {
  const std::string name = arguments.text("name");
  Argv argv = {account_program(view, arguments, "useradd")};
  if (arguments.has("uid")) {
    add(argv, "-u", std::to_string(arguments.integer("uid")));
    if (arguments.boolean("non_unique")) argv.emplace_back("-o");
  }
  if (arguments.has("seuser")) add(argv, "-Z", arguments.text("seuser"));
  if (arguments.has("group")) {
    add(argv, "-g", require_group(view, arguments.text("group")).name);
  } else if (view.group(name)) {
    argv.emplace_back("-N");  // a group of that name is there: useradd must not make it again
  }
  if (const auto groups = wanted_groups(view, arguments); groups && !groups->empty())
    add(argv, "-G", joined(*groups));
  if (arguments.has("comment")) add(argv, "-c", arguments.text("comment"));
  std::vector<wire::Step> steps;
  if (arguments.has("home")) {
    const std::string home = arguments.text("home");
    if (arguments.boolean("create_home")) steps = missing_parents(view, home);
    add(argv, "-d", home);
  }
  if (arguments.has("shell")) add(argv, "-s", arguments.text("shell"));
  if (arguments.has("expires")) add(argv, "-e", expiry_text(expiry(arguments)));
  add_home_options(arguments, argv);
  if (arguments.boolean("system")) argv.emplace_back("-r");
  argv.push_back(name);
  steps.push_back(program_step(std::move(argv)));
  return steps;
}

std::vector<wire::Step> steps_to_change(const host::HostView& view, const Arguments& arguments,
                                        const host::Account& account) {
  Argv argv;
  if (arguments.has("uid") && arguments.integer("uid") != std::int64_t{account.uid}) {
    add(argv, "-u", std::to_string(arguments.integer("uid")));
    if (arguments.boolean("non_unique")) argv.emplace_back("-o");
  }
  if (arguments.has("group")) {
    const host::Group group = require_group(view, arguments.text("group"));
    if (group.gid != account.gid) add(argv, "-g", std::to_string(group.gid));
  }
  add_groups(view, arguments, account, argv);
  if (arguments.has("comment") && arguments.text("comment") != account.gecos)
    add(argv, "-c", arguments.text("comment"));
  if (arguments.has("home") && arguments.text("home") != account.home) {
    if (arguments.boolean("move_home")) argv.emplace_back("-m");
    add(argv, "-d", arguments.text("home"));
  }
  if (arguments.has("shell") && arguments.text("shell") != account.shell)
    add(argv, "-s", arguments.text("shell"));
  add_expiry(view, arguments, account, argv);
  if (argv.empty()) return {};
  argv.insert(argv.begin(), account_program(view, arguments, "usermod"));
  argv.push_back(account.name);
  return {program_step(std::move(argv))};
}

}  // namespace provisioner::modules::user
