// A real registry for tests.

#include "tests/registry/real_registry.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <stdexcept>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::tests {
namespace {

constexpr const char* user = "pusher";
constexpr const char* password = "pushing";

// Nobody else has it at this moment; the registry takes it in the next.
std::uint16_t free_port() {
  const os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(socket.number(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

}  // namespace

RegistryServer::RegistryServer() : port_(free_port()) {
  os::write_file(directory_.path() + "/accounts",
                 std::string(user) + ":" + crypto::password_hash(password, "bcrypt", "", 4) + "\n");
  os::write_file(config(),
                 "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: "
                 "{filesystem: {rootdirectory: " +
                     storage() + "}, delete: {enabled: true}}\nhttp: {addr: '" + address() +
                     "'}\nauth: {htpasswd: {realm: tests, path: " + directory_.path() +
                     "/accounts}}\n");
  start();
}

void RegistryServer::start() {
  server_ =
      std::make_unique<os::Child>(os::spawn({.argv = {"docker-registry", "serve", config()}}));
  registry::RegistryClient client(access());
  for (int round = 0; round < 200; ++round) {
    try {
      client.tags("none");
      return;
    } catch (const base::Error&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  throw std::runtime_error("the registry does not answer");
}

std::string RegistryServer::storage() const { return directory_.path() + "/blobs"; }

void RegistryServer::collect_garbage(const std::function<void()>& before) {
  server_.reset();
  before();
  os::run_checked({.argv = {"docker-registry", "garbage-collect", config()}});
  start();
}

registry::Access RegistryServer::access() const {
  return {.url = "http://" + address(),
          .account = http::Credentials{user, base::Secret(std::string(password))}};
}

std::string RegistryServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

std::string RegistryServer::docker_authentication() const {
  return R"({"auths": {")" + address() + R"(": {"auth": ")" +
         base::base64_encode(std::string(user) + ":" + password) + R"("}}})";
}

void RegistryServer::damage(const std::string& sha256) const {
  const std::string path = storage() + "/docker/registry/v2/blobs/sha256/" + sha256.substr(0, 2) +
                           "/" + sha256 + "/data";
  std::string bytes = os::require_file(path);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  os::write_file(path, bytes);
}

}  // namespace provisioner::tests
