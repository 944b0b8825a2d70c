// Passwords: set by their hash, locked, unlocked, and how long they live.
#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/user/account.h"

namespace provisioner::modules::user {
namespace {

std::string without_lock(const std::string& hash) {
  const std::size_t begin = hash.find_first_not_of('!');
  return begin == std::string::npos ? "" : hash.substr(begin);
}

// The hash that must be set; nullopt: leave it.
std::optional<std::string> hash_to_set(const Arguments& arguments, const std::string& current,
                                       bool is_new) {
  if (!arguments.has("password")) return std::nullopt;
  const std::string wanted = arguments.text("password");
  const bool may_set = is_new || arguments.text("update_password") == "always";
  if (!may_set || without_lock(wanted) == without_lock(current)) return std::nullopt;
  return (arguments.optional_boolean("password_lock").value_or(false) ? "!" : "") + wanted;
}

wire::Step set_hash(const host::HostView& view, const Arguments& arguments,
                    const std::string& hash) {
  const std::string chpasswd = view.program("chpasswd").value_or("/usr/sbin/chpasswd");
  return program_step({chpasswd, "-e"}, arguments.text("name") + ":" + hash + "\n");
}

void add_lock(const host::HostView& view, const Arguments& arguments, const std::string& current,
              std::vector<wire::Step>& steps) {
  const auto lock = arguments.optional_boolean("password_lock");
  const bool is_locked = current.starts_with('!');
  if (!lock || *lock == is_locked) return;
  // usermod refuses to unlock an account without a password: there is nothing to unlock.
  if (!*lock && without_lock(current).empty()) return;
  steps.push_back(program_step(
      {account_program(view, arguments, "usermod"), *lock ? "-L" : "-U", arguments.text("name")}));
}

void add_ages(const host::HostView& view, const Arguments& arguments,
              const host::ShadowEntry& current, std::vector<wire::Step>& steps) {
  std::vector<std::string> argv = {view.program("chage").value_or("/usr/bin/chage")};
  const auto add = [&](const char* option, const char* flag, std::optional<std::int64_t> now) {
    if (!arguments.has(option) || now == arguments.integer(option)) return;
    argv.insert(argv.end(), {flag, std::to_string(arguments.integer(option))});
  };
  add("password_expire_max", "-M", current.maximum_days);
  add("password_expire_min", "-m", current.minimum_days);
  if (argv.size() == 1) return;
  argv.push_back(arguments.text("name"));
  steps.push_back(program_step(std::move(argv)));
}

bool is_hash_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '.' || letter == '/';
}

// Length of the last field of "$N$..." by crypt(5); 0: not known.
std::size_t hash_length(const std::string& method) {
  if (method == "1") return 22;
  if (method == "5") return 43;
  return method == "6" ? 86 : 0;
}

bool looks_hashed(const std::string& password) {
  if (password == "*" || password == "!" || password == "*************") return true;
  if (password.find_first_of(":*!") != std::string::npos) return false;
  if (password.find('$') == std::string::npos) return password.size() == 13;
  const auto fields = base::split(password, '$');
  if (fields.size() < 3) return true;
  if (!std::ranges::all_of(fields.back(), is_hash_letter)) return false;
  const std::size_t length = hash_length(fields[1]);
  return length == 0 || fields.back().size() == length;
}

}  // namespace

std::vector<wire::Step> password_steps(const host::HostView& view, const Arguments& arguments,
                                       bool is_new) {
  const bool is_needed = arguments.has("password") || arguments.has("password_lock") ||
                         arguments.has("password_expire_max") ||
                         arguments.has("password_expire_min");
  if (!is_needed) return {};
  std::vector<wire::Step> steps;
  host::ShadowEntry current{
      .password_hash = "!", .expire_day = {}, .minimum_days = {}, .maximum_days = {}};
  if (!is_new) current = view.shadow(arguments.text("name")).value_or(current);
  if (const auto hash = hash_to_set(arguments, current.password_hash, is_new)) {
    steps.push_back(set_hash(view, arguments, *hash));
  } else {
    add_lock(view, arguments, current.password_hash, steps);
  }
  add_ages(view, arguments, current, steps);
  return steps;
}

std::string password_warning(const std::string& password) {
  if (looks_hashed(password)) return "";
  return "The input password appears not to have been hashed. The 'password' argument must be "
         "encrypted for this "
         "module to work properly.";
}

}  // namespace provisioner::modules::user
