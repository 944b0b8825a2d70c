// The hostname module: the node's name, in the running kernel and after a boot.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/program_steps.h"

namespace provisioner::modules {
namespace {

constexpr const char* name_file = "/etc/hostname";

bool is_run_by_systemd(const host::HostView& view) {
  return view.status("/run/systemd/system", host::Follow::yes).has_value();
}

// hostnamectl where systemd runs, unless the user wants another way; `use` names it.
bool uses_systemd(const host::HostView& view, const Arguments& arguments) {
  const std::string use = arguments.text("use");
  if (use == "systemd") return true;
  return (use.empty() || use == "debian") && is_run_by_systemd(view);
}

std::string permanent_name(const host::HostView& view) {
  const std::string text = view.read_file(name_file).value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    const std::string_view name = base::trim(line);
    if (!name.empty() && name.front() != '#') return std::string(name);
  }
  return "";
}

void add_facts(const host::HostView& view, const std::string& name, value::Dict& result) {
  const std::string fqdn = facts::full_name(view, name);
  const std::size_t dot = fqdn.find('.');
  result.set("ansible_facts",
             value::Dict{{"ansible_hostname", base::split(name, '.').front()},
                         {"ansible_nodename", name},
                         {"ansible_fqdn", fqdn},
                         {"ansible_domain", dot == std::string::npos ? "" : fqdn.substr(dot + 1)}});
}

std::vector<wire::Step> steps_to(const host::HostView& view, const Arguments& arguments) {
  const std::string name = arguments.text("name");
  const bool is_permanent = permanent_name(view) == name, is_current = view.host_name() == name;
  if (is_permanent && is_current) return {};
  std::vector<wire::Step> steps;
  if (uses_systemd(view, arguments)) {
    const std::string program = view.program("hostnamectl").value_or("/usr/bin/hostnamectl");
    if (!is_current) steps.push_back(program_step({program, "--transient", "set-hostname", name}));
    if (!is_permanent) {
      steps.push_back(program_step({program, "--pretty", "set-hostname", name}));
      steps.push_back(program_step({program, "--static", "set-hostname", name}));
    }
    return steps;
  }
  if (!is_permanent) {
    wire::WriteFile write{.path = name_file,
                          .content = {name + "\n", ""},
                          .attributes = {},
                          .backup = false,
                          .validate = {},
                          .in_place = false};
    if (!view.status(name_file, host::Follow::yes)) write.attributes.mode = 0644;
    steps.push_back(write);
  }
  if (!is_current) steps.push_back(wire::SetHostname{name});
  return steps;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string name = arguments.text("name");
  if (name.size() > 64)
    return failed(
        "name cannot be longer than 64 characters on systemd servers, try a shorter name");
  wire::Plan plan;
  plan.result = {{"name", name}};
  add_facts(view, name, plan.result);
  plan.steps = steps_to(view, arguments);
  if (plan.steps.empty()) return plan;
  plan.verdict = wire::Verdict::differs;
  const std::string before = permanent_name(view) != name ? permanent_name(view) : view.host_name();
  plan.differences = {{"", "", "hostname = " + before + "\n", "hostname = " + name + "\n", false}};
  return plan;
}

wire::Outcome apply(host::Host& host, const Arguments&, const wire::Plan& plan) {
  const StepsResult done = perform_until_failure(host, plan.steps);
  if (done.status == 0)
    return {
        .ending = wire::Ending::changed, .result = plan.result, .differences = plan.differences};
  const std::string message = "Command failed rc=" + std::to_string(done.status) +
                              ", out=" + done.out + ", err=" + done.err;
  return {.ending = wire::Ending::failed, .result = {{"msg", message}}, .differences = {}};
}

void finish(const host::HostView& view, const Arguments& arguments, value::Dict& result) {
  add_facts(view, arguments.text("name"), result);
}

}  // namespace

extern const Module hostname_module{
    .spec = {.name = "hostname",
             .summary = "makes sure of the node's name",
             .parameters = {{.name = "name", .required = true},
                            {.name = "use",
                             .choices = {"alpine", "debian", "freebsd", "generic", "macos",
                                         "macosx", "darwin", "openbsd", "openrc", "redhat", "sles",
                                         "solaris", "systemd"}}}},
    .check = check,
    .apply = apply,
    .finish = finish};

}  // namespace provisioner::modules
