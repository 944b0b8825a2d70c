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
};

int no_passphrase(const char*, char*, size_t, int, int, void*) { return -1; }

// Keys are read once a process: a passphrase's derivation would otherwise be paid per node.
KeyHandle copy_of_key(const std::string& path, std::string& problem) {
  static std::mutex mutex;
  static std::map<std::string, KeyFile> files;
  const std::lock_guard guard(mutex);
  const auto [at, is_new] = files.try_emplace(path);
  if (is_new) {
    ssh_key key = nullptr;
    const int result = os::exists(path) ? ::ssh_pki_import_privkey_file(
                                              path.c_str(), nullptr, no_passphrase, nullptr, &key)
                                        : SSH_EOF;
    if (result == SSH_OK)
      at->second.key.reset(key);
    else if (result == SSH_EOF)
      at->second.problem = "is not there";
    else if (::access(path.c_str(), R_OK) != 0)
      at->second.problem = "may not be read";
    else
      at->second.problem = "has a passphrase (load it with ssh-add) or is no private key";
  }
  problem = at->second.problem;
  return KeyHandle(at->second.key ? ::ssh_key_dup(at->second.key.get()) : nullptr);
}

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
    const int result =
        connection_.drive(call, SSH_AUTH_AGAIN, deadline_, request_.abandon, "logging in");
    if (result == SSH_AUTH_ERROR)
      throw Error(Kind::unreachable, connection_.name() + ": the login as '" +
                                         request_.settings.user +
                                         "' was cut off: " + connection_.problem())
          .set_hint(
              "'Too many authentication failures' means too many keys in the agent: name one by "
              "'ansible_ssh_private_key_file'");
    return result == SSH_AUTH_SUCCESS;
  }

  bool with_key(const std::string& path) {
    std::string problem;
    const KeyHandle key = copy_of_key(path, problem);
    if (!key) {
      if (path == request_.access.private_key_file)
        tried_.push_back("key " + path + " (" + problem + ")");
      return false;
    }
    return attempt("key " + path, [&] {
      return ::ssh_userauth_publickey(connection_.session(), nullptr, key.get());
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
    return attempt("the agent's keys",
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
    return attempt("keyboard-interactive", [&] { return answer_prompts(password); });
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

  bool without() {
    return attempt("no proof at all",
                   [&] { return ::ssh_userauth_none(connection_.session(), nullptr); });
  }

  Error refusal() {
    tried_.pop_back();
    const std::string tried =
        tried_.empty() ? "no key and no password is at hand" : "tried: " + base::join(tried_, ", ");
    return Error(Kind::unreachable, connection_.name() + ": the login as '" +
                                        request_.settings.user + "' on " +
                                        request_.settings.address + " was refused (" + tried + ")")
        .set_hint(
            "give the right user (-u, 'ansible_user') and key (--private-key, "
            "'ansible_ssh_private_key_file'), or -k for a password");
  }

  const SshConnection& connection_;
  const ConnectRequest& request_;
  os::Instant deadline_;
  std::vector<std::string> tried_;
};

}  // namespace

void log_in(const SshConnection& connection, const ConnectRequest& request, os::Instant deadline) {
  Login(connection, request, deadline).run();
}

}  // namespace provisioner::transport
