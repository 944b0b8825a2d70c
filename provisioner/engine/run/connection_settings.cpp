// From keywords and ansible_* variables to an endpoint.

#include "provisioner/engine/run/connection_settings.h"

#include <initializer_list>

#include "provisioner/base/base/text.h"

namespace provisioner::run {
namespace {

using value::Value;

// Connection variables of the host that is connected to: the task's scope for its own host, the
// host's own view for a delegate.
class Target {
 public:
  Target(TaskScope& scope, std::string host) : scope_(scope), host_(std::move(host)) {}

  std::optional<Value> first(std::initializer_list<const char*> names) {
    for (const char* name : names) {
      auto value =
          host_ == scope_.host() ? scope_.variable(name) : scope_.host_variable(host_, name);
      if (value && !value->is_none() && *value != Value(jinja::Templar::omit_marker()))
        return value;
    }
    return std::nullopt;
  }

  std::optional<std::string> text(std::initializer_list<const char*> names) {
    const auto value = first(names);
    if (!value) return std::nullopt;
    if (value->is_string()) return value->text();
    if (value->is_integer()) return std::to_string(value->integer());
    throw base::Error(base::Kind::input, "'" + std::string(*names.begin()) + "' must be a text",
                      value->pos());
  }

 private:
  TaskScope& scope_;
  std::string host_;
};

std::optional<std::string> keyword_text(TaskScope& scope, const std::optional<Value>& keyword) {
  if (!keyword) return std::nullopt;
  const Value value = scope.world().templar->resolve(*keyword, scope);
  if (value.is_none() || value == Value(jinja::Templar::omit_marker())) return std::nullopt;
  if (value.is_string()) return value.text();
  if (value.is_integer()) return std::to_string(value.integer());
  throw base::Error(base::Kind::input, "a text is expected here", keyword->pos());
}

int port_number(const std::string& text, base::Pos pos) {
  int port = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9' || port > 65535)
      throw base::Error(base::Kind::input, "'" + text + "' is not a port number", pos);
    port = port * 10 + (digit - '0');
  }
  return port;
}

std::string connection_of(TaskScope& scope, const playbook::Task& task,
                          const std::string& target_name, Target& target) {
  const inventory::Host* host = scope.world().inventory->host(target_name);
  std::string connection = scope.world().options->connection;
  if (const auto word = keyword_text(scope, task.keywords.connection)) connection = *word;
  if (host != nullptr && host->is_implicit) connection = "local";
  if (const auto word = target.text({"ansible_connection"})) connection = *word;
  return connection;
}

bool is_local_connection(const std::string& connection) {
  return connection == "local" || connection == "ansible.builtin.local";
}

transport::Endpoint endpoint(TaskScope& scope, const playbook::Task& task,
                             const std::string& target_name, Target& target) {
  const Options& options = *scope.world().options;
  const std::string connection = connection_of(scope, task, target_name, target);
  transport::Endpoint endpoint;
  if (is_local_connection(connection)) {
    endpoint.kind = transport::Endpoint::Kind::local;
    endpoint.address = "localhost";
    endpoint.port = 0;
    return endpoint;
  }
  if (connection != "ssh" && connection != "ansible.builtin.ssh" && connection != "smart" &&
      connection != "paramiko")
    throw base::Error(base::Kind::input,
                      "connection '" + connection + "' is not known here, 'ssh' and 'local' are");
  endpoint.address = target.text({"ansible_ssh_host", "ansible_host"}).value_or(target_name);
  if (const auto port = keyword_text(scope, task.keywords.port))
    endpoint.port = port_number(*port, task.pos);
  if (const auto port = target.text({"ansible_ssh_port", "ansible_port"}))
    endpoint.port = port_number(*port, task.pos);
  endpoint.user = options.remote_user;
  if (const auto user = keyword_text(scope, task.keywords.remote_user)) endpoint.user = *user;
  if (const auto user = target.text({"ansible_ssh_user", "ansible_user"})) endpoint.user = *user;
  return endpoint;
}

void add_words(std::vector<std::string>& words, const std::vector<std::string>& fallback,
               const std::optional<std::string>& text) {
  const std::vector<std::string> chosen = text ? base::shell_split(*text) : fallback;
  words.insert(words.end(), chosen.begin(), chosen.end());
}

transport::Access access(TaskScope& scope, const std::string& target_name, Target& target) {
  const Options& options = *scope.world().options;
  transport::Access access;
  access.node = target_name;
  access.private_key_file = options.private_key_file;
  if (const auto file = target.text({"ansible_ssh_private_key_file", "ansible_private_key_file"}))
    access.private_key_file = *file;
  add_words(access.ssh_options, options.ssh_args, target.text({"ansible_ssh_args"}));
  add_words(access.ssh_options, options.ssh_common_args, target.text({"ansible_ssh_common_args"}));
  add_words(access.ssh_options, options.ssh_extra_args, target.text({"ansible_ssh_extra_args"}));
  access.check_host_key = options.host_key_checking;
  if (const auto check =
          target.first({"ansible_ssh_host_key_checking", "ansible_host_key_checking"}))
    access.check_host_key = boolean_word(*check).value_or(true);
  access.connect_timeout = std::chrono::seconds(options.timeout);
  if (const auto timeout = target.first({"ansible_ssh_timeout", "ansible_timeout"});
      timeout && timeout->is_integer())
    access.connect_timeout = std::chrono::seconds(timeout->integer());
  access.connection_attempts = options.connection_attempts;
  return access;
}

base::Secret password(const Options& options, Target& target) {
  const auto given = target.text({"ansible_ssh_pass", "ansible_ssh_password", "ansible_password"});
  return given ? base::Secret(*given) : options.connection_password;
}

// Variables win over keywords here, as in Ansible.
wire::Become become(TaskScope& scope, const playbook::Task& task, Target& target) {
  const Options& options = *scope.world().options;
  bool wanted = keyword_flag(scope, task.keywords.become, options.become);
  if (const auto flag = target.first({"ansible_become"}))
    wanted = boolean_word(*flag).value_or(wanted);
  if (!wanted) return {};
  wire::Become become;
  become.user =
      target.text({"ansible_become_user"})
          .value_or(keyword_text(scope, task.keywords.become_user).value_or(options.become_user));
  become.method =
      target.text({"ansible_become_method"})
          .value_or(
              keyword_text(scope, task.keywords.become_method).value_or(options.become_method));
  if (become.method.starts_with("ansible.builtin."))
    become.method.erase(0, std::string("ansible.builtin.").size());
  if (become.method != "sudo" && become.method != "su")
    throw base::Error(
        base::Kind::input,
        "become_method '" + become.method + "' is not known here, 'sudo' and 'su' are", task.pos);
  const std::string flags =
      target.text({"ansible_become_flags", "ansible_sudo_flags"})
          .value_or(keyword_text(scope, task.keywords.become_flags).value_or(options.become_flags));
  become.flags = base::shell_split(flags);
  become.executable =
      target.text({"ansible_become_exe", "ansible_sudo_exe"})
          .value_or(keyword_text(scope, task.keywords.become_exe).value_or(options.become_exe));
  become.password = options.become_password;
  if (const auto password =
          target.text({"ansible_become_password", "ansible_become_pass", "ansible_sudo_pass"}))
    become.password = base::Secret(*password);
  return become;
}

std::vector<std::pair<std::string, std::string>> environment(TaskScope& scope,
                                                             const playbook::Task& task) {
  value::Dict merged;
  for (const Value& written : task.keywords.environment) {
    const Value resolved = scope.world().templar->resolve(written, scope);
    if (resolved.is_none()) continue;
    if (!resolved.is_dict())
      throw base::Error(
          base::Kind::input,
          "environment must be a dict, this is " + std::string(value::name_of(resolved.kind())),
          written.pos());
    for (const auto& [key, value] : resolved.dict()) merged.set(key, value);
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [key, value] : merged) {
    if (value == Value(jinja::Templar::omit_marker())) continue;
    pairs.emplace_back(value::Dict::key_text(key),
                       value.is_none() ? "" : value::Dict::key_text(value));
  }
  return pairs;
}

}  // namespace

std::optional<bool> boolean_word(const Value& value) {
  if (value.is_boolean()) return value.boolean();
  if (value.is_integer())
    return value.integer() == 0 || value.integer() == 1 ? std::optional(value.integer() == 1)
                                                        : std::nullopt;
  if (!value.is_string()) return std::nullopt;
  const std::string word = base::lower_case(base::trim(value.text()));
  for (const char* yes : {"yes", "on", "1", "true", "t", "y", "1.0"})
    if (word == yes) return true;
  for (const char* no : {"no", "off", "0", "false", "f", "n", "0.0"})
    if (word == no) return false;
  return std::nullopt;
}

bool keyword_flag(TaskScope& scope, const std::optional<Value>& keyword, bool otherwise) {
  if (!keyword) return otherwise;
  if (keyword->is_boolean()) return keyword->boolean();
  const Value resolved = scope.world().templar->resolve(*keyword, scope);
  if (resolved.is_none() || resolved == Value(jinja::Templar::omit_marker())) return otherwise;
  const auto flag = boolean_word(resolved);
  if (!flag) throw base::Error(base::Kind::input, "a boolean is expected here", keyword->pos());
  return *flag;
}

ConnectionSettings connection_settings(TaskScope& scope, const playbook::Task& task,
                                       const std::string& target_name) {
  Target target(scope, target_name);
  ConnectionSettings settings;
  settings.endpoint = endpoint(scope, task, target_name, target);
  settings.access = access(scope, target_name, target);
  settings.access.password = password(*scope.world().options, target);
  settings.become = become(scope, task, target);
  settings.environment = environment(scope, task);
  return settings;
}

ServerSettings server_settings(TaskScope& scope, const std::string& target_name) {
  Target target(scope, target_name);
  return {endpoint(scope, {}, target_name, target), access(scope, target_name, target)};
}

bool is_local(TaskScope& scope, const std::string& target_name) {
  Target target(scope, target_name);
  return is_local_connection(connection_of(scope, {}, target_name, target));
}

}  // namespace provisioner::run
