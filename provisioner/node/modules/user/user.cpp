// The user module: an account is there as described, or it is not there.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/user/account.h"

namespace provisioner::modules {
namespace {

void append(std::vector<wire::Step>& steps, std::vector<wire::Step> more) {
  for (wire::Step& step : more) steps.push_back(std::move(step));
}

void add_static_keys(const Arguments& arguments, value::Dict& result) {
  if (arguments.has("groups")) result.set("groups", base::join(arguments.texts("groups"), ","));
  value::List warnings;
  if (arguments.boolean("append") && !arguments.has("groups")) {
    warnings.emplace_back(
        "'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups.");
  }
  if (arguments.has("password")) {
    result.set("password", "NOT_LOGGING_PASSWORD");
    const std::string warning = user::password_warning(arguments.text("password"));
    if (!warning.empty()) warnings.emplace_back(warning);
  }
  if (!warnings.empty()) result.set("warnings", warnings);
}

// chpasswd takes one line a user.
bool breaks_a_line(const std::string& password) {
  return password.find_first_of(":\n") != std::string::npos;
}

wire::Plan check_absent(const host::HostView& view, const Arguments& arguments, wire::Plan plan) {
  if (!view.account(arguments.text("name"))) return plan;
  std::vector<std::string> argv = {user::account_program(view, arguments, "userdel")};
  if (arguments.boolean("force") && !arguments.boolean("local")) argv.emplace_back("-f");
  if (arguments.boolean("remove")) argv.emplace_back("-r");
  argv.push_back(arguments.text("name"));
  plan.result.set("force", arguments.boolean("force"));
  plan.result.set("remove", arguments.boolean("remove"));
  plan.verdict = wire::Verdict::differs;
  plan.steps = {program_step(std::move(argv))};
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  wire::Plan plan;
  plan.result = {{"name", arguments.text("name")}, {"state", arguments.text("state")}};
  if (arguments.text("state") == "absent") return check_absent(view, arguments, std::move(plan));
  if (breaks_a_line(arguments.text("password")))
    return failed("the password of '" + arguments.text("name") +
                  "' holds a ':' or a line end: no hash does");
  add_static_keys(arguments, plan.result);
  const auto account = view.account(arguments.text("name"));
  if (account) {
    plan.result.set("append", arguments.boolean("append"));
    plan.result.set("move_home", arguments.boolean("move_home"));
    append(plan.steps, user::steps_to_change(view, arguments, *account));
    append(plan.steps, user::password_steps(view, arguments, false));
    append(plan.steps, user::home_steps(view, arguments, *account));
    append(plan.steps, user::ssh_key_steps(view, arguments, *account));
  } else {
    plan.result.set("system", arguments.boolean("system"));
    plan.result.set("create_home", arguments.boolean("create_home"));
    append(plan.steps, user::steps_to_create(view, arguments));
    append(plan.steps, user::password_steps(view, arguments, true));
  }
  if (!plan.steps.empty()) plan.verdict = wire::Verdict::differs;
  return plan;
}

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan& plan) {
  const bool is_new = plan.result.has("create_home");
  StepsResult done = perform_until_failure(host, plan.steps);
  // The key of a new account is made when its id and home are known.
  const auto account =
      is_new && done.status == 0 ? host.account(arguments.text("name")) : std::nullopt;
  if (account) {
    const StepsResult key =
        perform_until_failure(host, user::ssh_key_steps(host, arguments, *account));
    done.status = key.status;
    done.err += key.err;
  }
  wire::Outcome outcome = outcome_of(done, plan);
  if (done.status == 0) return outcome;
  value::Dict failure = {{"name", arguments.text("name")}};
  for (const char* key : {"msg", "rc", "warnings"}) {
    if (const value::Value* found = outcome.result.find(key)) failure.set(key, *found);
  }
  outcome.result = std::move(failure);
  return outcome;
}

void finish(const host::HostView& view, const Arguments& arguments, value::Dict& result) {
  const auto account = view.account(arguments.text("name"));
  if (!account || arguments.text("state") == "absent") return;
  result.set("uid", std::int64_t{account->uid});
  result.set("group", std::int64_t{account->gid});
  result.set("comment", account->gecos);
  result.set("home", account->home);
  result.set("shell", account->shell);
  user::add_ssh_key(view, arguments, *account, result);
}

}  // namespace

extern const Module user_module{
    .spec =
        {.name = "user",
         .summary = "makes sure that an account is there as described, or is not there",
         .parameters = {{.name = "name", .required = true, .aliases = {"user"}},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "uid", .type = Type::integer},
                        {.name = "non_unique", .type = Type::boolean, .fallback = "no"},
                        {.name = "group"},
                        {.name = "groups", .type = Type::list_of_text},
                        {.name = "append", .type = Type::boolean, .fallback = "no"},
                        {.name = "comment"},
                        {.name = "home", .type = Type::path},
                        {.name = "create_home",
                         .type = Type::boolean,
                         .fallback = "yes",
                         .aliases = {"createhome"}},
                        {.name = "move_home", .type = Type::boolean, .fallback = "no"},
                        {.name = "skeleton"},
                        {.name = "shell"},
                        {.name = "system", .type = Type::boolean, .fallback = "no"},
                        {.name = "password", .secret = true},
                        {.name = "update_password",
                         .fallback = "always",
                         .choices = {"always", "on_create"}},
                        {.name = "password_lock", .type = Type::boolean},
                        {.name = "password_expire_max", .type = Type::integer},
                        {.name = "password_expire_min", .type = Type::integer},
                        {.name = "expires", .type = Type::real},
                        {.name = "umask"},
                        {.name = "force", .type = Type::boolean, .fallback = "no"},
                        {.name = "remove", .type = Type::boolean, .fallback = "no"},
                        {.name = "generate_ssh_key", .type = Type::boolean},
                        {.name = "ssh_key_bits", .type = Type::integer, .fallback = "0"},
                        {.name = "ssh_key_comment", .fallback = "ansible-generated on $HOSTNAME"},
                        {.name = "ssh_key_file", .type = Type::path},
                        {.name = "ssh_key_passphrase", .secret = true},
                        {.name = "ssh_key_type", .fallback = "rsa"},
                        {.name = "seuser"},
                        {.name = "login_class"},
                        {.name = "hidden", .type = Type::boolean},
                        {.name = "authorization"},
                        {.name = "profile"},
                        {.name = "role"},
                        {.name = "local", .type = Type::boolean}}},
    .check = check,
    .apply = apply,
    .finish = finish};

}  // namespace provisioner::modules
