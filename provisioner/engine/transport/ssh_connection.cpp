// From an address to a session whose server is who it should be.

#include "provisioner/engine/transport/ssh_connection.h"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "provisioner/base/base/text.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

constexpr int slice = 100;  // milliseconds between looks at whether somebody still wants it
// The library's own, but P-256 first: as strong as Curve25519, and several times cheaper for a
// server, whose OpenSSL has it in assembler.
constexpr const char* key_exchanges =
    "ecdh-sha2-nistp256,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp384,"
    "ecdh-sha2-nistp521,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256";
constexpr const char* longer_wait = "a longer wait is asked for by -T (seconds)";

int left_of(os::Instant deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - os::system_clock().now())
          .count();
  return static_cast<int>(std::clamp<long long>(left, 0, slice));
}

std::string where(const SshSettings& settings) {
  return settings.address + " port " + std::to_string(settings.port);
}

std::string explain(int problem, std::chrono::seconds patience) {
  switch (problem) {
    case ECONNREFUSED:
      return "connection refused: nothing listens there, or a firewall says no";
    case EHOSTUNREACH:
      return "no route to host: it is switched off, or not in this network";
    case ENETUNREACH:
      return "network is unreachable from here";
    case ETIMEDOUT:
      return "no answer in " + std::to_string(patience.count()) +
             " s: it is switched off, or a firewall drops what is sent";
    default:
      return base::lower_case(std::strerror(problem));
  }
}

struct AddressList {
  addrinfo* first = nullptr;
  ~AddressList() {
    if (first != nullptr) ::freeaddrinfo(first);
  }
};

// A connected socket, or the reason in errno.
std::optional<os::Descriptor> try_address(const addrinfo& address, os::Instant deadline,
                                          const Abandon& abandon) {
  os::Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return std::nullopt;
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return std::nullopt;
  pollfd wait{socket.number(), POLLOUT, 0};
  while (!abandon.is_raised() && os::system_clock().now() < deadline) {
    if (::poll(&wait, 1, left_of(deadline)) <= 0) continue;
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &problem, &size);
    if (problem == 0) return socket;
    errno = problem;
    return std::nullopt;
  }
  errno = ETIMEDOUT;
  return std::nullopt;
}

void tune(int socket) {
  const int on = 1;
  const unsigned unanswered = 30'000;  // milliseconds without an acknowledgement: the link is cut
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof unanswered);
}

os::Descriptor open_socket(const SshSettings& settings, const Access& access, os::Instant deadline,
                           const Abandon& abandon) {
  const std::string& node = access.node;
  const std::chrono::seconds patience = access.connect_timeout;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  AddressList addresses;
  const int problem = ::getaddrinfo(settings.address.c_str(), std::to_string(settings.port).c_str(),
                                    &hints, &addresses.first);
  if (problem != 0)
    throw Error(Kind::unreachable, node + ": the name '" + settings.address + "' has no address: " +
                                       base::lower_case(::gai_strerror(problem)))
        .set_hint("set 'ansible_host' to the node's address, or ask the resolver: getent hosts " +
                  settings.address);
  int last = ETIMEDOUT;
  for (const addrinfo* address = addresses.first; address != nullptr; address = address->ai_next) {
    if (auto socket = try_address(*address, deadline, abandon)) {
      tune(socket->number());
      return std::move(*socket);
    }
    last = errno;
  }
  if (abandon.is_raised())
    throw Error(Kind::unreachable, node + ": given up while connecting to " + where(settings));
  Error error(Kind::unreachable, node + ": " + where(settings) +
                                     " cannot be connected to: " + explain(last, patience));
  if (last == ETIMEDOUT) error.set_hint(longer_wait);
  throw error;
}

void set(ssh_session_struct* session, ssh_options_e option, const std::string& value) {
  if (!value.empty()) ::ssh_options_set(session, option, value.c_str());
}

// Only algorithms whose keys are known, so that a server with several shows one we can compare.
std::string wanted_host_keys(const ConnectRequest& request) {
  if (!request.settings.host_key_algorithms.empty()) return request.settings.host_key_algorithms;
  const ShownKey node{request.access.node, request.settings.address, request.settings.port, {}, {}};
  std::vector<std::string> names;
  for (const std::string& algorithm :
       request.host_keys.algorithms(node, request.settings.host_keys)) {
    if (algorithm == "ssh-rsa")
      names.insert(names.end(), {"rsa-sha2-512", "rsa-sha2-256"});
    else
      names.push_back(algorithm);
  }
  return base::join(names, ",");
}

SessionHandle make_session(const ConnectRequest& request, int socket) {
  SessionHandle session(::ssh_new());
  if (!session) throw Error(Kind::failed, "no memory for an ssh session");
  const bool no = false;
  const int on = 1;
  const long timeout = 0;
  ::ssh_options_set(session.get(), SSH_OPTIONS_PROCESS_CONFIG, &no);
  set(session.get(), SSH_OPTIONS_HOST, request.settings.address);
  ::ssh_options_set(session.get(), SSH_OPTIONS_PORT, &request.settings.port);
  set(session.get(), SSH_OPTIONS_USER, request.settings.user);
  ::ssh_options_set(session.get(), SSH_OPTIONS_NODELAY, &on);
  ::ssh_options_set(session.get(), SSH_OPTIONS_TIMEOUT, &timeout);
  set(session.get(), SSH_OPTIONS_HOSTKEYS, wanted_host_keys(request));
  set(session.get(), SSH_OPTIONS_CIPHERS_C_S, request.settings.ciphers);
  set(session.get(), SSH_OPTIONS_CIPHERS_S_C, request.settings.ciphers);
  set(session.get(), SSH_OPTIONS_KEY_EXCHANGE,
      request.settings.key_exchanges.empty() ? key_exchanges : request.settings.key_exchanges);
  set(session.get(), SSH_OPTIONS_HMAC_C_S, request.settings.macs);
  set(session.get(), SSH_OPTIONS_HMAC_S_C, request.settings.macs);
  set(session.get(), SSH_OPTIONS_IDENTITY_AGENT, request.settings.agent_socket);
  ::ssh_options_set(session.get(), SSH_OPTIONS_FD, &socket);
  ::ssh_set_blocking(session.get(), 0);
  return session;
}

void check_host_key(const SshConnection& connection, const ConnectRequest& request) {
  ssh_key key = nullptr;
  if (::ssh_get_server_publickey(connection.session(), &key) != SSH_OK)
    throw Error(Kind::unreachable, request.access.node + ": the server shows no host key");
  char* text = nullptr;
  const bool is_read = ::ssh_pki_export_pubkey_base64(key, &text) == SSH_OK;
  ShownKey shown{request.access.node,
                 request.settings.address,
                 request.settings.port,
                 ::ssh_key_type_to_char(::ssh_key_type(key)),
                 {}};
  if (::ssh_key_type(key) >= SSH_KEYTYPE_ECDSA_P256 &&
      ::ssh_key_type(key) <= SSH_KEYTYPE_ECDSA_P521)
    shown.algorithm = ::ssh_pki_key_ecdsa_name(key);
  if (is_read) shown.blob = base::base64_decode(text);
  ::ssh_string_free_char(text);
  ::ssh_key_free(key);
  if (!is_read)
    throw Error(Kind::unreachable, request.access.node + ": the server's host key cannot be read");
  request.host_keys.check(shown, request.settings.host_keys);
}

Error no_greeting(const ConnectRequest& request, const std::string& problem) {
  return Error(Kind::unreachable,
               request.access.node + ": " + where(request.settings) +
                   " took the connection, but no ssh session came of it: " + problem)
      .set_hint(
          "its sshd may be starting, full ('MaxStartups'), or forbid this address: see its log, "
          "journalctl -u ssh");
}

}  // namespace

void CloseSession::operator()(ssh_session_struct* session) const {
  ::ssh_disconnect(session);
  ::ssh_free(session);
}

void FreeChannel::operator()(ssh_channel_struct* channel) const { ::ssh_channel_free(channel); }

SshConnection::SshConnection(SessionHandle session, os::Descriptor socket, std::string name)
    : socket_(std::move(socket)),
      session_(std::move(session)),
      name_(std::move(name)),
      received_(std::make_unique<ssh_counter_struct>()),
      last_heard_(os::system_clock().now()),
      last_asked_(last_heard_) {
  ::ssh_set_counters(session_.get(), received_.get(), nullptr);
}

// The session counts until it is closed. libssh leaves a socket open that it was given, unless the
// server has said goodbye: then the number may be somebody else's by now.
SshConnection::~SshConnection() {
  const bool is_open = ::ssh_get_fd(session_.get()) == socket();
  session_.reset();
  if (!is_open) socket_.release();
}

void SshConnection::keep_alive(std::chrono::seconds interval) {
  const os::Instant now = os::system_clock().now();
  if (received_->in_bytes != heard_) {
    heard_ = received_->in_bytes;
    last_heard_ = now;
  }
  if (now - last_heard_ >= 4 * interval)
    throw Error(Kind::unreachable, name_ + ": " + silent_for(now - last_heard_));
  if (now - last_heard_ < interval || now - last_asked_ < interval) return;
  last_asked_ = now;
  ::ssh_send_keepalive(session_.get());  // any answer is one, also that it knows no such request
}

void SshConnection::add_waits(std::vector<pollfd>& waits) const {
  const bool may_write = (::ssh_get_poll_flags(session_.get()) & SSH_WRITE_PENDING) != 0;
  waits.push_back({socket(), static_cast<short>(POLLIN | (may_write ? POLLOUT : 0)), 0});
}

void SshConnection::acknowledge() const {
  const int on = 1;
  ::setsockopt(socket(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void SshConnection::woken() {
  heard_before_round_ = received_->in_bytes;
  acknowledge();
}

bool SshConnection::has_news() const { return received_->in_bytes != heard_before_round_; }

std::string SshConnection::problem() const {
  const std::string text = base::escape_for_terminal(::ssh_get_error(session_.get()));
  const char* goodbye = ::ssh_get_disconnect_message(session_.get());  // changes the error
  if (goodbye != nullptr && *goodbye != '\0') return base::escape_for_terminal(goodbye);
  // The library's words for an end of the stream, which is no error of the socket. Whether a server
  // that closes is told by an end or by a reset hangs on what it had read.
  const bool is_closed = text.empty() || text == "Socket error: disconnected" ||
                         text == "Socket error: Connection reset by peer";
  return is_closed ? "the server closed the connection" : text;
}

void SshConnection::wait(os::Instant deadline, const Abandon& abandon,
                         const std::string& doing) const {
  if (abandon.is_raised()) throw Error(Kind::unreachable, name_ + ": given up while " + doing);
  if (os::system_clock().now() >= deadline)
    throw Error(Kind::unreachable, name_ + ": timed out while " + doing +
                                       ": the server is overloaded, frozen, or not an ssh server")
        .set_hint(longer_wait);
  std::vector<pollfd> waits;
  add_waits(waits);
  ::poll(waits.data(), waits.size(), left_of(deadline));
  acknowledge();
}

std::unique_ptr<SshConnection> connect_ssh(ConnectRequest request) {
  const os::Instant deadline = os::system_clock().now() + request.access.connect_timeout;
  os::Descriptor socket = request.socket.is_open() ? std::move(request.socket)
                                                   : open_socket(request.settings, request.access,
                                                                 deadline, request.abandon);
  SessionHandle session = make_session(request, socket.number());
  auto connection = std::make_unique<SshConnection>(std::move(session), std::move(socket),
                                                    request.access.node);
  connection->acknowledge();
  const int result =
      connection->drive([&] { return ::ssh_connect(connection->session()); }, SSH_AGAIN, deadline,
                        request.abandon, "waiting for the greeting of " + where(request.settings));
  if (result != SSH_OK) throw no_greeting(request, connection->problem());
  check_host_key(*connection, request);
  log_in(*connection, request, deadline);
  return connection;
}

}  // namespace provisioner::transport
