// Programs that change a fake node's running system: systemctl, sysctl, mount, umount, modprobe,
// hostnamectl, sleep.
#include <algorithm>

#include "provisioner/base/base/text.h"
#include "tests/modules/fake_programs.h"

namespace provisioner::modules {
namespace {

using host::CommandResult;
using support::FakeHost;
using Command = host::Host::Command;

std::string full_name(const std::string& unit) {
  return unit.find('.') == std::string::npos ? unit + ".service" : unit;
}

void set_active(host::UnitState& unit, bool is_active) {
  unit.active_state = is_active ? "active" : "inactive";
  unit.sub_state = is_active ? "running" : "dead";
}

void set_file_state(host::UnitState& unit, const std::string& state) {
  unit.unit_file_state = state;
}

CommandResult is_enabled(const host::UnitState& unit) {
  const std::string state = unit.unit_file_state.empty() ? "disabled" : unit.unit_file_state;
  return {state == "enabled" || state == "static" ? 0 : 1, state + "\n", ""};
}

CommandResult systemctl(FakeHost& host, const Command& command) {
  std::vector<std::string> words;
  for (std::size_t i = 1; i < command.argv.size(); ++i) {
    if (!command.argv[i].starts_with('-')) words.push_back(command.argv[i]);
  }
  const std::string verb = words.at(0);
  if (verb == "daemon-reload" || verb == "daemon-reexec") {
    if (host.units.contains("new.service")) host.units["new.service"].load_state = "loaded";
    return {};
  }
  const std::string name = words.at(1);
  const auto found =
      host.units.contains(name) ? host.units.find(name) : host.units.find(full_name(name));
  if (found == host.units.end())
    return {
        1, "",
        "Failed to get unit file state for " + full_name(name) + ": No such file or directory\n"};
  host::UnitState& unit = found->second;
  if (verb == "is-enabled") return is_enabled(unit);
  if (found->first == "broken.service" && verb == "start")
    return {1, "", "Job for broken.service failed.\n"};
  if (verb == "start" || verb == "restart" || verb == "reload") set_active(unit, true);
  if (verb == "stop") set_active(unit, false);
  if (verb == "enable") set_file_state(unit, "enabled");
  if (verb == "disable") set_file_state(unit, "disabled");
  if (verb == "mask") unit.load_state = "masked";
  if (verb == "unmask") unit.load_state = "loaded";
  return {};
}

CommandResult set_setting(FakeHost& host, const std::string& name, const std::string& text,
                          bool ignores) {
  if (host.sysctls.contains(name)) {
    host.sysctls[name] = text;
    return {0, name + " = " + text + "\n", ""};
  }
  if (ignores) return {};
  return {255, "",
          "sysctl: cannot stat /proc/sys/" + base::replace_all(name, ".", "/") +
              ": No such file or directory\n"};
}

CommandResult sysctl(FakeHost& host, const Command& command) {
  const bool ignores = std::ranges::find(command.argv, "-e") != command.argv.end();
  const std::string last = command.argv.back();
  if (std::ranges::find(command.argv, "-w") != command.argv.end()) {
    return set_setting(host, last.substr(0, last.find('=')), last.substr(last.find('=') + 1),
                       ignores);
  }
  CommandResult all;
  const std::string text = host.read_file(last, 1 << 20).value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const CommandResult one = set_setting(host, std::string(line.substr(0, equals)),
                                          std::string(line.substr(equals + 1)), ignores);
    all.out += one.out;
    all.err += one.err;
    if (one.status != 0) all.status = one.status;
  }
  return all;
}

// mount PATH (by fstab) and mount -t TYPE -o OPTIONS SOURCE PATH.
CommandResult mount(FakeHost& host, const Command& command) {
  const std::string path = command.argv.back();
  const bool is_direct = std::ranges::find(command.argv, "-t") != command.argv.end();
  const bool is_remount = std::ranges::any_of(
      command.argv, [](const std::string& word) { return word.starts_with("remount"); });
  if (is_remount) return {};
  if (!host.status(path, host::Follow::yes))
    return {32, "", "mount: " + path + ": mount point does not exist.\n"};
  host::Mount mounted{"", path, "", {"rw"}};
  if (is_direct) {
    mounted.type = command.argv[2];
    mounted.source = command.argv[command.argv.size() - 2];
  }
  const std::string fstab = host.read_file("/etc/fstab", 1 << 20).value_or("");
  for (const std::string_view line : base::lines_of(fstab)) {
    const auto fields = base::split(line, ' ');
    if (!is_direct && fields.size() > 2 && fields[1] == path)
      mounted.source = fields[0], mounted.type = fields[2];
  }
  if (mounted.source.starts_with("dead:"))
    throw base::Error(base::Kind::failed, "'mount' did not end within 90 s");
  if (mounted.source == "/dev/nosuch")
    return {32, "", "mount: " + path + ": special device /dev/nosuch does not exist.\n"};
  host.all_mounts.push_back(mounted);
  return {};
}

CommandResult umount(FakeHost& host, const Command& command) {
  const std::string path = command.argv.back();
  if (path == "/busy") return {32, "", "umount: /busy: target is busy.\n"};
  std::erase_if(host.all_mounts,
                [&](const host::Mount& mounted) { return mounted.target == path; });
  return {};
}

CommandResult modprobe(FakeHost& host, const Command& command) {
  const bool removes = command.argv.at(1) == "-r";
  const std::string name = command.argv.at(removes ? 2 : 1);
  if (name == "nosuch")
    return {1, "",
            "modprobe: FATAL: Module nosuch not found in directory /lib/modules/6.1.0-18-amd64\n"};
  if (removes) host.kernel_modules.erase(name);
  if (!removes) host.kernel_modules.insert(name);
  return {};
}

CommandResult hostnamectl(FakeHost& host, const Command& command) {
  const std::string kind = command.argv.at(1), name = command.argv.at(3);
  if (kind == "--transient") host.name = name;
  if (kind == "--static") host.files.put("/etc/hostname", host::FileType::file, name + "\n", 0644);
  return {};
}

}  // namespace

void add_fake_system_programs(FakeHost& host) {
  host.programs["systemctl"] = systemctl;
  host.programs["sysctl"] = sysctl;
  host.programs["mount"] = mount;
  host.programs["umount"] = umount;
  host.programs["modprobe"] = modprobe;
  host.programs["hostnamectl"] = hostnamectl;
  host.programs["sleep"] = [](FakeHost& node, const Command& command) {
    node.files.clock += std::stod(command.argv.at(1));
    return CommandResult{};
  };
}

}  // namespace provisioner::modules
