// What systemd says of a unit.
#include "provisioner/node/modules/systemd/unit.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::modules::systemd {
namespace {

std::vector<std::string> with_scope(std::vector<std::string> argv, const std::string& scope) {
  if (scope == "user") argv.emplace_back("--user");
  if (scope == "global") argv.emplace_back("--global");
  return argv;
}

// Without a running systemd only the unit files can be asked.
void look_at_files(const host::HostView& view, const std::string& name, const std::string& scope,
                   Unit& unit) {
  auto argv = with_scope({"systemctl"}, scope);
  argv.insert(argv.end(), {"is-enabled", name});
  const std::string state(base::trim(view.query(argv).out));
  unit.is_unit = !state.empty() && state != "not-found";
  unit.is_masked = state == "masked" || state == "masked-runtime";
}

bool starts_by_script(const host::HostView& view, const std::string& name) {
  for (const char* level : {"2", "3", "4", "5", "S"}) {
    const auto names = view.entries(std::string("/etc/rc") + level + ".d");
    for (const std::string& entry : names.value_or(std::vector<std::string>{})) {
      if (entry.size() == name.size() + 3 && entry.starts_with('S') && entry.ends_with(name))
        return true;
    }
  }
  return false;
}

}  // namespace

std::string Unit::property(const std::string& name) const {
  const auto found = properties.find(name);
  return found == properties.end() ? "" : found->second;
}

bool Unit::is_running() const {
  const std::string state = property("ActiveState");
  return state == "active" || state == "activating";
}

bool is_offline(const host::HostView& view) {
  if (view.environment("SYSTEMD_OFFLINE").value_or("") == "1") return true;
  if (view.environment("debian_chroot")) return true;
  try {
    const auto ours = view.status("/", host::Follow::yes);
    const auto first = view.status("/proc/1/root/.", host::Follow::yes);
    return ours && first && (ours->inode != first->inode || ours->device != first->device);
  } catch (const base::Error&) {
    return false;  // who may not look at process 1 is no chroot's root
  }
}

std::vector<std::string> systemctl(const host::HostView& view, const Arguments& arguments) {
  std::vector<std::string> argv =
      with_scope({view.program("systemctl").value_or("")}, arguments.text("scope"));
  if (argv.front().empty()) {
    throw base::Error(base::Kind::failed,
                      "Failed to find required executable \"systemctl\" in paths: "
                      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }
  if (arguments.boolean("no_block")) argv.emplace_back("--no-block");
  if (arguments.boolean("force")) argv.emplace_back("--force");
  return argv;
}

Unit look_at(const host::HostView& view, const std::string& name, const std::string& scope) {
  Unit unit;
  if (const auto state = view.unit(name, scope)) unit.properties = state->properties;
  const std::string load_state = unit.property("LoadState");
  unit.is_masked = load_state == "masked";
  unit.is_unit = !load_state.empty() && load_state != "not-found";
  if (load_state.empty()) look_at_files(view, name, scope, unit);
  unit.is_init_script = view.status("/etc/init.d/" + name, host::Follow::yes).has_value();
  return unit;
}

bool is_enabled(const host::HostView& view, const Unit& unit, const std::string& name,
                const std::string& scope) {
  auto argv = with_scope({"systemctl"}, scope);
  argv.insert(argv.end(), {"is-enabled", name});
  const host::CommandResult answer = view.query(argv);
  const std::string_view word = base::trim(answer.out);
  if (answer.status == 0) return word != "indirect" && word != "alias";
  return answer.status == 1 && scope == "system" && unit.is_init_script &&
         !word.ends_with("disabled") && starts_by_script(view, name);
}

}  // namespace provisioner::modules::systemd
