// The home of an account: made from the skeleton where it is missing.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/text_edit.h"
#include "provisioner/node/modules/user/account.h"

namespace provisioner::modules::user {
namespace {

std::uint32_t octal(const std::string& text, std::uint32_t otherwise) {
  try {
    return static_cast<std::uint32_t>(std::stoul(text, nullptr, 8));
  } catch (const std::exception&) {
    return otherwise;
  }
}

// The mode of a new home: by the option, else by the site's login.defs.
std::uint32_t home_mode(const host::HostView& view, const Arguments& arguments) {
  if (arguments.has("umask")) return 0777u & ~octal(arguments.text("umask"), 022);
  std::uint32_t mode = 0755;
  const std::string whole = view.read_file("/etc/login.defs").value_or("");
  for (const std::string_view line : base::lines_of(whole)) {
    const std::string_view content = base::trim(line);
    if (content.starts_with("UMASK"))
      mode = 0777u & ~octal(std::string(base::trim(content.substr(5))), 022);
  }
  return mode;
}

struct Copy {
  const host::HostView& view;
  wire::Attributes owner;
  std::vector<wire::Step> steps;

  void directory(const std::string& from, const std::string& to) {
    for (const std::string& name : view.entries(from).value_or(std::vector<std::string>{}))
      entry(from + "/" + name, to + "/" + name);
  }

  void entry(const std::string& from, const std::string& to) {
    const auto status = view.status(from, host::Follow::no);
    if (!status) return;
    wire::Attributes attributes = owner;
    attributes.mode = status->mode;
    if (status->type == host::FileType::directory) {
      steps.push_back(wire::MakeDirectory{to, attributes});
      directory(from, to);
    } else if (status->type == host::FileType::link) {
      steps.push_back(wire::MakeLink{to, view.link_target(from).value_or(""), false});
      steps.push_back(wire::SetAttributes{to, owner, false});
    } else if (status->type == host::FileType::file) {
      steps.push_back(wire::WriteFile{.path = to,
                                      .content = {view.read_file(from).value_or(""), ""},
                                      .attributes = attributes,
                                      .backup = false,
                                      .validate = {},
                                      .in_place = false});
    }
  }
};

}  // namespace

std::vector<wire::Step> home_steps(const host::HostView& view, const Arguments& arguments,
                                   const host::Account& account) {
  const std::string home = arguments.has("home") ? arguments.text("home") : account.home;
  if (!arguments.boolean("create_home") || home.empty() || view.status(home, host::Follow::yes))
    return {};
  const bool is_moved = arguments.boolean("move_home") && home != account.home &&
                        view.status(account.home, host::Follow::yes);
  if (is_moved) return {};  // usermod brings it
  const auto uid =
      arguments.has("uid") ? static_cast<std::uint32_t>(arguments.integer("uid")) : account.uid;
  Copy copy{view, {uid, account.gid, {}}, missing_parents(view, home)};
  wire::Attributes attributes = copy.owner;
  attributes.mode = home_mode(view, arguments);
  copy.steps.push_back(wire::MakeDirectory{home, attributes});
  copy.directory(arguments.has("skeleton") ? arguments.text("skeleton") : "/etc/skel", home);
  return copy.steps;
}

}  // namespace provisioner::modules::user
