// A play's hosts, batches and variable files.

#include "provisioner/engine/run/play_setup.h"

#include <algorithm>
#include <map>
#include <random>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/engine/run/loop_items.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::run {

using value::Dict;
using value::List;
using value::Value;

namespace {

std::string pattern_text(const Value& hosts) {
  if (!hosts.is_list()) return hosts.is_none() ? "" : Dict::key_text(hosts);
  std::vector<std::string> parts;
  for (const Value& part : hosts.list()) parts.push_back(Dict::key_text(part));
  return base::join(parts, ",");
}

void order_hosts(std::vector<std::string>& hosts, const std::string& order, base::Pos pos) {
  if (order.empty() || order == "inventory" || order == "None") return;
  if (order == "reverse_inventory") return std::reverse(hosts.begin(), hosts.end());
  if (order == "sorted") return std::sort(hosts.begin(), hosts.end());
  if (order == "reverse_sorted") return std::sort(hosts.begin(), hosts.end(), std::greater<>());
  if (order == "shuffle") {
    std::random_device device;
    std::mt19937 generator(device());
    return std::shuffle(hosts.begin(), hosts.end(), generator);
  }
  throw base::Error(base::Kind::input, "Invalid 'order' specified for inventory hosts: " + order,
                    pos);
}

std::size_t batch_size(const Value& serial, std::size_t count) {
  const std::string text = Dict::key_text(serial);
  if (text.ends_with('%')) {
    const auto percent = to_integer(Value(text.substr(0, text.size() - 1)), serial.pos(), "serial");
    const auto size =
        static_cast<std::size_t>(static_cast<double>(count) * static_cast<double>(percent) / 100.0);
    return std::max<std::size_t>(1, size);
  }
  const auto size = to_integer(serial, serial.pos(), "serial");
  return size <= 0 ? count : static_cast<std::size_t>(size);
}

void tell_warnings(RunState& run, const base::Diagnostics& found) {
  for (const base::Error& warning : found.warnings())
    run.recorder.emit(store::EventKind::warning, Dict{{"text", warning.render("warning")}});
}

// The variables of one file; the file may be under a vault.
Dict read_variables(RunState& run, const std::string& path, base::Diagnostics& found) {
  const Value whole =
      value::read_yaml(base::register_source(run.surroundings.read_file(path)), found);
  if (whole.is_none()) return {};
  if (!whole.is_dict())
    throw base::Error(base::Kind::input, path + " must be a dictionary/hash of variables",
                      whole.pos());
  return whole.dict();
}

using ReadFiles = std::map<std::string, Dict>;  // each once, for all hosts

// Each entry of vars_files is a name or a list of names of which the first that is there counts.
// What stands in a file without a template in its name was judged when the playbook was loaded.
Dict vars_files_of(RunState& run, const playbook::Play& play, const std::string& host,
                   ReadFiles& known) {
  Dict merged;
  for (const Value& entry : play.vars_files) {
    const List names = entry.is_list() ? entry.list() : List{entry};
    const bool is_told = std::none_of(names.begin(), names.end(), playbook::is_template);
    bool is_found = false;
    for (const Value& written : names) {
      TaskScope scope(run.world, host, nullptr);
      const Value name = run.world.templar->resolve(written, scope);
      const auto path = playbook::find_file({play.directory}, "vars", name.text());
      if (!path) continue;
      if (!known.contains(*path)) {
        base::Diagnostics found;
        known[*path] = read_variables(run, *path, found);
        if (!is_told) tell_warnings(run, found);
      }
      for (const auto& [key, value] : known[*path]) merged.set(key, value);
      is_found = true;
      break;
    }
    if (is_found) continue;
    std::vector<std::string> wanted;
    for (const Value& name : names) wanted.push_back(Dict::key_text(name));
    throw base::Error(base::Kind::input, "vars file " + base::join(wanted, ", ") + " was not found",
                      entry.pos());
  }
  return merged;
}

}  // namespace

std::vector<std::vector<std::string>> batches_of(const std::vector<std::string>& hosts,
                                                 const std::vector<Value>& serial) {
  if (serial.empty() || hosts.empty()) return {hosts};
  std::vector<std::vector<std::string>> batches;
  std::size_t begin = 0;
  for (std::size_t number = 0; begin < hosts.size(); ++number) {
    const Value& wanted = serial[std::min(number, serial.size() - 1)];
    const std::size_t size = std::min(batch_size(wanted, hosts.size()), hosts.size() - begin);
    const auto first = hosts.begin() + static_cast<std::ptrdiff_t>(begin);
    batches.emplace_back(first, first + static_cast<std::ptrdiff_t>(size));
    begin += size;
  }
  return batches;
}

// Nobody is asked in the middle of a run: vars_prompt takes what -e or `default` gives.
void answer_prompts(RunState& run, const playbook::Play& play) {
  if (!play.vars_prompt.is_list()) return;
  for (const Value& prompt : play.vars_prompt.list()) {
    const std::string name = value::text_or(prompt, "name", "");
    if (run.world.options->extra_vars.has(name)) continue;
    const Value* fallback = prompt.find("default");
    if (fallback == nullptr)
      throw base::Error(base::Kind::input, "vars_prompt asks for '" + name + "'", prompt.pos())
          .set_hint("nobody is asked during a run; give it beforehand: -e " + name + "=...");
    run.world.play.prompted.set(name, *fallback);
  }
}

Selection selected_hosts(const World& world, const playbook::Play& play, base::Diagnostics& found) {
  TaskScope scope(world, "localhost", nullptr);
  Selection selection{pattern_text(world.templar->resolve(play.hosts, scope)), {}};
  selection.hosts = world.inventory->select(selection.pattern, found);
  if (world.options->limit.empty()) return selection;
  const std::vector<std::string> limit = world.inventory->select(world.options->limit, found);
  std::erase_if(selection.hosts, [&](const std::string& host) {
    return std::find(limit.begin(), limit.end(), host) == limit.end();
  });
  return selection;
}

PlaySetup set_up_play(RunState& run, const playbook::Play& play) {
  answer_prompts(run, play);
  const World& world = run.world;
  TaskScope scope(world, "localhost", nullptr);
  const auto resolved = [&](const Value& written) {
    return world.templar->resolve(written, scope);
  };

  PlaySetup setup;
  base::Diagnostics found;
  Selection selection = selected_hosts(world, play, found);
  setup.name = std::move(selection.pattern);
  if (!play.name.empty()) setup.name = Dict::key_text(resolved(Value(play.name).at(play.pos)));
  setup.hosts = std::move(selection.hosts);
  for (const base::Error& warning : found.warnings())
    run.recorder.emit(store::EventKind::warning, Dict{{"text", warning.message()}});
  std::vector<std::string> ordered = setup.hosts;
  if (play.order) order_hosts(ordered, Dict::key_text(resolved(*play.order)), play.order->pos());

  List serial;
  for (const Value& written : play.serial) {
    const Value one = resolved(written).at(written.pos());
    if (one.is_list())
      serial.insert(serial.end(), one.list().begin(), one.list().end());
    else if (!one.is_none())
      serial.push_back(one);
  }
  setup.batches = batches_of(ordered, serial);
  ReadFiles known;
  if (!play.vars_files.empty())
    for (const std::string& host : setup.hosts)
      run.world.play.vars_files[host] = vars_files_of(run, play, host, known);
  return setup;
}

}  // namespace provisioner::run
