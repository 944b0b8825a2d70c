// A FakeHost from a case's `node:` section.
#include <fmt/format.h>

#include "provisioner/base/base/error.h"
#include "tests/support/fake_host.h"

namespace provisioner::support {
namespace {

using value::Value;

std::uint32_t number(const Value& dict, std::string_view key, std::uint32_t otherwise) {
  return static_cast<std::uint32_t>(value::integer_or(dict, key, otherwise));
}

std::uint32_t octal(const Value& dict, std::uint32_t otherwise) {
  const Value* mode = dict.find("mode");
  return mode ? static_cast<std::uint32_t>(std::stoul(mode->text(), nullptr, 8)) : otherwise;
}

std::vector<std::string> texts(const Value* list) {
  std::vector<std::string> texts;
  if (list != nullptr)
    for (const Value& item : list->list()) texts.push_back(item.text());
  return texts;
}

void set_file(FakeHost& host, const std::string& path, const Value& entry) {
  if (entry.is_string()) {
    host.files.put(path, host::FileType::file, entry.text(), 0644);
    return;
  }
  const auto owner = host.account(value::text_or(entry, "owner", "root"));
  const auto group = host.group(value::text_or(entry, "group", "root"));
  const std::uint32_t uid = owner.value().uid, gid = group.value().gid;
  if (const Value* link = entry.find("link"))
    host.files.put(path, host::FileType::link, link->text(), 0777, uid, gid);
  else if (value::boolean_or(entry, "directory", false))
    host.files.put(path, host::FileType::directory, "", octal(entry, 0755), uid, gid);
  else if (const Value* hard = entry.find("hard"))
    host.files.link({path, hard->text(), true});
  else
    host.files.put(path, host::FileType::file, value::text_or(entry, "content", ""),
                   octal(entry, 0644), uid, gid);
}

void set_user(FakeHost& host, const std::string& name, const Value& entry) {
  std::erase_if(host.accounts, [&](const host::Account& account) { return account.name == name; });
  const std::uint32_t uid = number(entry, "uid", 2000);
  host.accounts.push_back(
      {name, value::text_or(entry, "gecos", ""), value::text_or(entry, "home", "/home/" + name),
       value::text_or(entry, "shell", "/bin/sh"), uid, number(entry, "gid", uid)});
  host::ShadowEntry shadow;
  shadow.password_hash = value::text_or(entry, "password", "!");
  if (const Value* expires = entry.find("expires")) shadow.expire_day = expires->integer();
  host.shadows[name] = shadow;
}

void set_group(FakeHost& host, const std::string& name, const Value& entry) {
  std::erase_if(host.all_groups, [&](const host::Group& group) { return group.name == name; });
  host.all_groups.push_back({name, number(entry, "gid", 2000), texts(entry.find("members"))});
}

void set_unit(FakeHost& host, const std::string& name, const Value& entry) {
  host::UnitState unit{value::text_or(entry, "load", "loaded"),
                       value::text_or(entry, "active", "inactive"),
                       value::text_or(entry, "sub", "dead"),
                       value::text_or(entry, "enabled", "disabled"),
                       {}};
  unit.properties = {{"Id", name},
                     {"LoadState", unit.load_state},
                     {"ActiveState", unit.active_state},
                     {"SubState", unit.sub_state},
                     {"UnitFileState", unit.unit_file_state}};
  if (const Value* properties = entry.find("properties"))
    for (const auto& [key, text] : properties->dict()) unit.properties[key.text()] = text.text();
  host.units[name] = unit;
}

void set_program(FakeHost& host, const std::string& name, const Value& entry) {
  host::CommandResult answer;
  answer.status = static_cast<int>(value::integer_or(entry, "status", 0));
  answer.out = value::text_or(entry, "out", "");
  answer.err = value::text_or(entry, "err", "");
  host.programs[name] = [answer](FakeHost&, const host::Host::Command&) { return answer; };
}

void set_mounts(FakeHost& host, const Value& list) {
  for (const Value& entry : list.list())
    host.all_mounts.push_back({value::text_or(entry, "source", ""),
                               value::text_or(entry, "target", ""),
                               value::text_or(entry, "type", ""), texts(entry.find("options"))});
}

void set_text_map(std::map<std::string, std::string>& map, const Value& entries) {
  for (const auto& [key, text] : entries.dict()) map[key.text()] = text.text();
}

using Setter = void (*)(FakeHost&, const std::string&, const Value&);
void each(FakeHost& host, const Value* entries, Setter set) {
  if (entries == nullptr) return;
  for (const auto& [key, entry] : entries->dict()) set(host, key.text(), entry);
}

void refuse_unknown(const Value& node) {
  for (const auto& [key, entry] : node.dict()) {
    bool known = false;
    for (std::string_view name :
         {"files", "users", "groups", "units", "sysctls", "programs", "mounts", "kernel_modules",
          "environment", "read_only", "full", "dead", "user", "hostname", "umask"})
      known = known || key.text() == name;
    if (!known)
      throw base::Error(base::Kind::input, fmt::format("a case's node has no '{}'", key.text()),
                        key.pos());
  }
}

}  // namespace

void set_up(FakeHost& host, const Value& node) {
  if (!node.is_dict()) return;
  refuse_unknown(node);
  each(host, node.find("groups"), set_group);
  each(host, node.find("users"), set_user);
  each(host, node.find("files"), set_file);
  each(host, node.find("units"), set_unit);
  each(host, node.find("programs"), set_program);
  if (const Value* sysctls = node.find("sysctls")) set_text_map(host.sysctls, *sysctls);
  if (const Value* environment = node.find("environment"))
    set_text_map(host.variables, *environment);
  if (const Value* mounts = node.find("mounts")) set_mounts(host, *mounts);
  for (const std::string& module : texts(node.find("kernel_modules")))
    host.kernel_modules.insert(module);
  host.files.read_only = texts(node.find("read_only"));
  host.files.full = texts(node.find("full"));
  host.files.dead = texts(node.find("dead"));
  host.name = value::text_or(node, "hostname", host.name);
  host.mask = number(node, "umask", host.mask);
  if (const Value* user = node.find("user")) {
    host.files.uid = host.account(user->text()).value().uid;
    host.files.gid = host.account(user->text()).value().gid;
  }
}

}  // namespace provisioner::support
