// Executables that answer --list (and --host NAME) with JSON.

#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/inventory/data_file.h"
#include "provisioner/language/inventory/sources.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::chrono::minutes deadline{2};

Value answer_of(Reading& reading, const std::string& path,
                const std::vector<std::string>& arguments) {
  const std::string program = path.find('/') == std::string::npos ? "./" + path : path;
  os::Command command{.argv = {program}, .deadline = deadline, .is_stoppable = true};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  const std::string out = os::run_checked(command);
  const base::SourceId source = base::register_source(path + " " + base::join(arguments, " "), out);
  Value answer = read_data(source, reading.files);
  if (answer.is_none()) return value::Dict();
  if (!answer.is_dict())
    throw Error(
        Kind::input,
        "an inventory script must answer a dict, this is " + std::string(name_of(answer.kind())),
        {source, 1, 1});
  return answer;
}

class ScriptReader {
 public:
  explicit ScriptReader(Reading& reading) : reading_(reading) {}

  void read_group(const std::string& group, const Value& data, base::Pos pos) {
    reading_.graph.add_group(group, pos);
    if (!data.is_dict()) return read_hosts(group, data, pos);
    const bool is_one_host = !data.find("hosts") && !data.find("vars") && !data.find("children");
    if (is_one_host) {
      read_hosts(group, value::List{Value(group)}, pos);
      return read_variables(group, data);
    }
    if (const Value* hosts = data.find("hosts")) read_hosts(group, *hosts, pos);
    if (const Value* variables = data.find("vars")) read_variables(group, *variables);
    if (const Value* children = data.find("children")) read_children(group, *children, pos);
  }

  const std::vector<std::string>& hosts() const { return hosts_; }

 private:
  void read_hosts(const std::string& group, const Value& hosts, base::Pos pos) {
    if (!hosts.is_list())
      throw Error(Kind::input,
                  "the hosts of group '" + group + "' must be a list, this is " +
                      std::string(name_of(hosts.kind())),
                  pos);
    for (const Value& host : hosts.list()) {
      if (!host.is_string())
        throw Error(Kind::input, "a host of group '" + group + "' is no string", pos);
      if (seen_.insert(host.text()).second) hosts_.push_back(host.text());
      reading_.graph.add_host(host.text(), group, std::nullopt, pos);
    }
  }

  void read_variables(const std::string& group, const Value& variables) {
    if (!variables.is_dict())
      throw Error(Kind::input, "the vars of group '" + group + "' must be a dict, this is " +
                                   std::string(name_of(variables.kind())));
    for (const auto& [key, value] : variables.dict())
      reading_.graph.set_variable(group, key, value);
  }

  void read_children(const std::string& group, const Value& children, base::Pos pos) {
    if (!children.is_list())
      throw Error(Kind::input, "the children of group '" + group + "' must be a list", pos);
    for (const Value& child : children.list()) {
      if (!child.is_string())
        throw Error(Kind::input, "a child of group '" + group + "' is no string", pos);
      reading_.graph.add_group(child.text(), pos);
      reading_.graph.add_child(group, child.text(), pos);
    }
  }

  Reading& reading_;
  std::vector<std::string> hosts_;
  std::set<std::string> seen_;
};

}  // namespace

void read_script_source(Reading& reading, const std::string& path) {
  const Value answer = answer_of(reading, path, {"--list"});
  const base::Pos pos = answer.pos();
  const Value* meta = nullptr;
  ScriptReader reader(reading);
  for (const auto& [key, group] : answer.dict()) {
    const std::string name = value::Dict::key_text(key);
    if (name == "_meta")
      meta = group.find("hostvars");
    else
      base::while_doing("reading the answer of '" + path + " --list'", pos,
                        [&] { reader.read_group(name, group, pos); });
  }
  for (const std::string& host : reader.hosts()) {
    const Value variables = meta == nullptr ? answer_of(reading, path, {"--host", host})
                            : meta->find(host) != nullptr ? *meta->find(host)
                                                          : Value(value::Dict());
    if (!variables.is_dict()) continue;
    for (const auto& [name, value] : variables.dict())
      reading.graph.set_variable(host, name, value);
  }
}

}  // namespace provisioner::inventory
