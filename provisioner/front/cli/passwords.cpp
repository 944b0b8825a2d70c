// Passwords that people type or keep in files.

#include "provisioner/front/cli/passwords.h"

#include <termios.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/front/cli/keyboard.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

// Echo is off for as long as this lives.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    ::tcgetattr(terminal_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }

 private:
  int terminal_;
  termios before_{};
};

}  // namespace

base::Secret ask_password(const std::string& prompt) {
  const Keyboard keyboard;
  if (!keyboard.is_there())
    throw Error(Kind::usage, "a password must be asked for, and there is no terminal")
        .set_hint(
            "give it by a file: --become-password-file, --connection-password-file, "
            "--vault-password-file");
  const auto say = [&](const std::string& text) {
    if (!keyboard.say(text))
      throw Error(Kind::failed, "the terminal cannot be written to");
  };
  say(prompt + ": ");
  std::string text;
  {
    const Silence silence(keyboard.number());
    text = keyboard.line().text;
  }
  say("\n");
  return base::Secret(text);
}

base::Secret read_password(const std::string& path) {
  if (!os::exists(path)) throw Error(Kind::usage, "there is no password file '" + path + "'");
  if (os::is_executable(path)) {
    const std::string program = path.find('/') == std::string::npos ? "./" + path : path;
    const std::string said = os::run_checked({.argv = {program}, .is_stoppable = true});
    return base::Secret(std::string(base::trim(said)));
  }
  const std::string text = os::require_file(path);
  const auto trimmed = base::trim(text);
  if (trimmed.empty()) throw Error(Kind::usage, "the password file '" + path + "' is empty");
  return base::Secret(std::string(trimmed));
}

crypto::VaultSecret vault_secret(const std::string& id) {
  const std::size_t at = id.find('@');
  const std::string label = at == std::string::npos ? "default" : id.substr(0, at);
  const std::string source = at == std::string::npos ? id : id.substr(at + 1);
  if (source.empty())
    throw Error(Kind::usage, "the vault id '" + id + "' says not where its password is")
        .set_hint("write label@file, label@program or label@prompt");
  if (source == "prompt" || source == "prompt_ask_vault_pass")
    return {label,
            ask_password("Vault password" + (at == std::string::npos ? "" : " (" + label + ")")),
            "--vault-id " + id};
  return {label, read_password(source), "--vault-id " + id};
}

}  // namespace provisioner::cli
