// Logging in: keys from files, keys of the agent, a password.

#include <libssh/libssh.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/transport/ssh_connection.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

struct FreeKey {
  void operator()(ssh_key_struct* key) const { ::ssh_key_free(key); }
};
using KeyHandle = std::unique_ptr<ssh_key_struct, FreeKey>;

struct KeyFile {
  KeyHandle key;
  std::string problem;  // why there is none
  bool is_encrypted = false;
};

// Called where a key is encrypted.
int no_passphrase(const char*, char*, size_t, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

KeyFile read_key(const std::string& path) {
  if (!os::exists(path)) return {nullptr, "it is not there"};
  if (::access(path.c_str(), R_OK) != 0) return {nullptr, "it may not be read"};
  ssh_key key = nullptr;
  bool is_encrypted = false;
  if (::ssh_pki_import_privkey_file(path.c_str(), nullptr, no_passphrase, &is_encrypted, &key) ==
      SSH_OK)
    return {KeyHandle(key), ""};
  if (is_encrypted) return {nullptr, "it has a passphrase", true};
  return {nullptr, "it is no private key"};
}

// Keys are read once a process: a passphrase's derivation would otherwise be paid per node.
KeyFile copy_of_key(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, KeyFile> files;
  const std::lock_guard guard(mutex);
  const auto [at, is_new] = files.try_emplace(path);
  if (is_new) at->second = read_key(path);
  const KeyFile& file = at->second;
  return {KeyHandle(file.key ? ::ssh_key_dup(file.key.get()) : nullptr), file.problem,
          file.is_encrypted};
}

constexpr const char* agent_keys = "the agent's keys";

class Login {
 public:
  Login(const SshConnection& connection, const ConnectRequest& request, os::Instant deadline)
      : connection_(connection), request_(request), deadline_(deadline) {}

  void run() {
    if (with_explicit_key() || with_agent() || with_key_files() || with_password() || without())
      return;
    throw refusal();
  }

 private:
  template <class Call>
  bool attempt(const std::string& what, Call&& call) {
    tried_.push_back(what);
    const auto step = [&] {
      const int result = call();
      // The library would wait for ever for a server that hung up.
      const bool is_over = ::ssh_is_connected(connection_.session()) == 0;
      return result == SSH_AUTH_AGAIN && is_over ? static_cast<int>(SSH_AUTH_ERROR) : result;
    };
    const int result =
        connection_.drive(step, SSH_AUTH_AGAIN, deadline_, request_.abandon, "logging in");
    if (result == SSH_AUTH_ERROR) throw cut_off(what);
    return result == SSH_AUTH_SUCCESS;
  }

  Error cut_off(const std::string& what) const {
    Error error(Kind::unreachable,
                connection_.name() + ": the login as '" + request_.settings.user +
                    "' was cut off by the server with " + what + ": " + connection_.problem());
    if (what == agent_keys)
      error.set_hint(
          "the agent may offer more keys than the server listens to: name one by "
          "'ansible_ssh_private_key_file'");
    return error;
  }

  bool with_key(const std::string& path) {
    const KeyFile file = copy_of_key(path);
    if (!file.key) {
      const bool is_worth_telling = path == request_.access.private_key_file || file.is_encrypted;
      if (is_worth_telling) tried_.push_back("key " + path + " (" + file.problem + ")");
      if (file.is_encrypted && encrypted_.empty()) encrypted_ = path;
      return false;
    }
    return attempt("key " + path, [&] {
      return ::ssh_userauth_publickey(connection_.session(), nullptr, file.key.get());
    });
  }

  // A key that somebody named goes first; the agent may hold many.
  bool with_explicit_key() {
    return !request_.access.private_key_file.empty() &&
           with_key(request_.settings.identity_files.front());
  }

  bool with_agent() {
    if (!request_.settings.uses_agent) return false;
    if (request_.settings.agent_socket.empty() && ::getenv("SSH_AUTH_SOCK") == nullptr)
      return false;
    return attempt(agent_keys,
                   [&] { return ::ssh_userauth_agent(connection_.session(), nullptr); });
  }

  bool with_key_files() {
    const std::size_t first = request_.access.private_key_file.empty() ? 0 : 1;
    for (std::size_t at = first; at < request_.settings.identity_files.size(); ++at)
      if (with_key(request_.settings.identity_files[at])) return true;
    return false;
  }

  bool with_password() {
    if (request_.access.password.is_empty()) return false;
    const std::string password(request_.access.password.reveal());
    if (attempt("password", [&] {
          return ::ssh_userauth_password(connection_.session(), nullptr, password.c_str());
        }))
      return true;
    const int methods = ::ssh_userauth_list(connection_.session(), nullptr);
    return (methods & SSH_AUTH_METHOD_INTERACTIVE) != 0 &&
           attempt("keyboard-interactive", [&] { return answer_prompts(password); });
  }

  int answer_prompts(const std::string& password) {
    int result = ::ssh_userauth_kbdint(connection_.session(), nullptr, nullptr);
    while (result == SSH_AUTH_INFO) {
      const int prompts = ::ssh_userauth_kbdint_getnprompts(connection_.session());
      for (int at = 0; at < prompts; ++at)
        ::ssh_userauth_kbdint_setanswer(connection_.session(), static_cast<unsigned>(at),
                                        password.c_str());
      result = ::ssh_userauth_kbdint(connection_.session(), nullptr, nullptr);
    }
    return result;
  }

  // Also how a server says what it would take.
  bool without() {
    const bool is_in =
        attempt("nothing", [&] { return ::ssh_userauth_none(connection_.session(), nullptr); });
    tried_.pop_back();
    return is_in;
  }

  std::string wanted() const {
    const int methods = ::ssh_userauth_list(connection_.session(), nullptr);
    std::vector<std::string> names;
    if ((methods & SSH_AUTH_METHOD_PUBLICKEY) != 0) names.emplace_back("a key");
    if ((methods & (SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE)) != 0)
      names.emplace_back("a password");
    if ((methods & SSH_AUTH_METHOD_GSSAPI_MIC) != 0) names.emplace_back("a Kerberos ticket");
    return names.empty() ? "nothing that is known here" : base::join(names, " or ");
  }

  Error refusal() const {
    const std::string tried =
        tried_.empty() ? "no key and no password is at hand" : "tried: " + base::join(tried_, ", ");
    Error error(Kind::unreachable, connection_.name() + ": the login as '" +
                                       request_.settings.user + "' on " +
                                       request_.settings.address + " was refused; " + tried +
                                       "; the server takes " + wanted());
    if (!encrypted_.empty())
      return error.set_hint("load the key into an agent: ssh-add " + encrypted_);
    return error.set_hint(
        "give the right user (-u, 'ansible_user') and key (--private-key, "
        "'ansible_ssh_private_key_file'), or -k for a password");
  }

  const SshConnection& connection_;
  const ConnectRequest& request_;
  os::Instant deadline_;
  std::vector<std::string> tried_;
  std::string encrypted_;  // the first key file that nobody could open
};

}  // namespace

void log_in(const SshConnection& connection, const ConnectRequest& request, os::Instant deadline) {
  Login(connection, request, deadline).run();
}

}  // namespace provisioner::transport
