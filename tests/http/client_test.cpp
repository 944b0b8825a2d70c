#include "provisioner/base/http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/http/server.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "tests/http/scripted_server.h"

namespace provisioner::http {
namespace {

using base::Error;
using base::Kind;
using testing::HasSubstr;
using testing::StartsWith;

void ignore(const std::string&) {}

std::string url_of(const Server& server, const std::string& path = "/") {
  return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

// What a request fails with.
Error failure_of(Client& client, const Request& request) {
  try {
    client.send(request);
  } catch (const Error& error) {
    return error;
  }
  return Error(Kind::bug, "it did not fail");
}

TEST(Client, SendsWhatTheRequestSays) {
  const Server server(
      {},
      [](const Call& call) {
        return Answer{.status = 202,
                      .body = call.method + " " + call.headers.at("x-one") + " " +
                              call.headers.at("authorization") + " " + call.body};
      },
      ignore);
  Client client;
  const Response response = client.send({.method = Method::post,
                                         .url = url_of(server),
                                         .headers = {{"X-One", "1"}},
                                         .body = "{}",
                                         .basic = Credentials{"root", base::Secret("calvin")}});
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, "POST 1 Basic cm9vdDpjYWx2aW4= {}");
}

TEST(Client, SaysOfGarbageThatItIsNoHttp) {
  const tests::ScriptedServer server(
      base::replace_all(std::string(5000, '\x17'), "\x17\x17", "\xfe\x01"));
  Client client;
  const Error error = failure_of(client, {.url = server.url()});
  EXPECT_EQ(error.kind(), Kind::unreachable);
  EXPECT_EQ(error.message(), "'" + server.url() + "' answers with what is no HTTP");
  EXPECT_EQ(failure_of(client, {.url = "ftp://127.0.0.1/"}).message(),
            "an address is no http or https URL");
}

TEST(Client, BreaksOffForWhoeverStops) {
  const tests::ScriptedServer server("", tests::ScriptedServer::End::stays_open);
  Client client;
  const os::Instant end = os::system_clock().now() + std::chrono::milliseconds(200);
  const Error error = failure_of(
      client, {.url = server.url(), .is_stopped = [&] { return os::system_clock().now() > end; }});
  EXPECT_EQ(error.kind(), Kind::stopped);
  EXPECT_EQ(error.message(), "the answer of '" + server.url() + "' was not waited for");
}

TEST(Client, RefusesAnAnswerOverItsBound) {
  const Server server(
      {}, [](const Call&) { return Answer{.body = std::string(1001, 'x')}; }, ignore);
  Client client;
  const Error error = failure_of(client, {.url = url_of(server), .most_bytes = 1000});
  EXPECT_EQ(error.kind(), Kind::unreachable);
  EXPECT_THAT(error.message(), HasSubstr("answers with more than 1000 bytes"));
  EXPECT_EQ(client.send({.url = url_of(server), .most_bytes = 1001}).body.size(), 1001U);
}

TEST(Client, TakesARedirectForAnAnswer) {
  const tests::ScriptedServer server(
      "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\n"
      "Content-Length: 0\r\n\r\n");
  Client client;
  const Response response = client.send({.url = server.url()});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.at("location"), "http://192.0.2.1/");
}

TEST(Client, RefusesHeadersWithoutEnd) {
  std::string headers = "HTTP/1.1 200 OK\r\n";
  for (int number = 0; number < 100; ++number)
    headers += "X-" + std::to_string(number) + ": " + std::string(1000, 'x') + "\r\n";
  const tests::ScriptedServer server(headers);
  Client client;
  EXPECT_EQ(failure_of(client, {.url = server.url()}).kind(), Kind::unreachable);
}

TEST(Client, RefusesHalfAnAnswer) {
  const tests::ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":");
  Client client;
  EXPECT_EQ(failure_of(client, {.url = server.url()}).kind(), Kind::unreachable);
}

// One that accepts and is silent, one that never ends: both are left at the deadline.
TEST(Client, WaitsNoLongerThanItsDeadline) {
  const tests::ScriptedServer silent(""),
      slow("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", tests::ScriptedServer::End::stays_open);
  Client client;
  const os::Instant begin = os::system_clock().now();
  for (const std::string& url : {silent.url(), slow.url()}) {
    const Error error =
        failure_of(client, {.url = url, .deadline = std::chrono::milliseconds(300)});
    EXPECT_EQ(error.message(), "'" + url + "' gave no whole answer within 300 ms");
  }
  EXPECT_LT(os::system_clock().now() - begin, std::chrono::seconds(20));
}

TEST(Client, SaysThatNobodyListens) {
  Client client;
  const Error error = failure_of(client, {.url = "http://127.0.0.1:1/secret?token=abc"});
  EXPECT_EQ(error.kind(), Kind::unreachable);
  EXPECT_THAT(error.message(), StartsWith("'http://127.0.0.1:1' cannot be talked to: "));
}

TEST(Client, TakesNothingButHttpWithoutAUser) {
  Client client;
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "http://root:calvin@127.0.0.1/",
                          "http://", "gopher://127.0.0.1:1/"})
    EXPECT_EQ(failure_of(client, {.url = url}).kind(), Kind::input) << url;
  const Request two_headers{.url = "http://127.0.0.1:1/", .headers = {{"X", "1\r\nY: 2"}}};
  EXPECT_EQ(failure_of(client, two_headers).kind(), Kind::input);
}

TEST(Client, SaysWhatIsWrongWithAUrl) {
  Client client;
  const auto told = [&](const std::string& url) {
    return failure_of(client, {.url = url}).message();
  };

  EXPECT_EQ(told("http://127.0.0.1:99999/"), "an address has a port above 65535");
  EXPECT_EQ(told("http://127.0.0.1:99999999999999999999"), "an address has a port above 65535");
  EXPECT_EQ(told("http://"), "an address is no URL");
  EXPECT_EQ(told("ftp://127.0.0.1/"), "an address is no http or https URL");
  EXPECT_EQ(told("http://root:calvin@127.0.0.1/"), "an address names a user: a URL here has none");
}

TEST(Client, GoesByNoProxyOfTheEnvironment) {
  const Server server(
      {}, [](const Call&) { return Answer{}; }, ignore);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  Client client;
  EXPECT_EQ(client.send({.url = url_of(server)}).status, 200);
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

// A real server of TLS with a certificate of its own making; it serves a folder.
class Https : public testing::Test {
 protected:
  void SetUp() override {
    os::run_checked(
        {.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                  "-nodes", "-days", "1", "-subj", "/CN=bmc", "-addext",
                  "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"},
         .directory = folder_.path()});
    os::write_file(folder_.path() + "/hello", "{}");
    server_.emplace(os::spawn({.argv = {"openssl", "s_server", "-WWW", "-accept", "127.0.0.1:0",
                                        "-key", "key.pem", "-cert", "cert.pem"},
                               .directory = folder_.path()}));
    port_ = said_port();
  }

  // "ACCEPT 127.0.0.1:40123".
  std::string said_port() {
    static const base::Regex accepts(R"(ACCEPT \S+:(\d+)\n)");
    std::string text;
    std::array<char, 256> bytes{};
    for (ssize_t count = 0;
         (count = ::read(server_->output().number(), bytes.data(), bytes.size())) > 0;) {
      text.append(bytes.data(), static_cast<std::size_t>(count));
      if (const auto found = accepts.search(text)) return *base::group_text(*found, text, 1);
    }
    return "0";
  }

  std::string url() const { return "https://127.0.0.1:" + port_ + "/hello"; }
  std::string certificate() const { return folder_.path() + "/cert.pem"; }
  // By openssl's own reckoning.
  std::string pin() const {
    const std::string key =
        os::run_checked({.argv = {"openssl", "x509", "-in", "cert.pem", "-pubkey", "-noout"},
                         .directory = folder_.path()});
    const std::string der =
        os::run_checked({.argv = {"openssl", "pkey", "-pubin", "-outform", "DER"}, .input = key});
    const std::string digest =
        os::run_checked({.argv = {"openssl", "dgst", "-sha256", "-binary"}, .input = der});
    return "sha256//" + base::base64_encode(digest);
  }

  os::TemporaryDirectory folder_;
  std::optional<os::Child> server_;
  std::string port_;
};

TEST_F(Https, IsTrustedByItsAuthority) {
  Client client({.ca_file = certificate()});
  EXPECT_EQ(client.send({.url = url()}).body, "{}");
}

TEST_F(Https, IsRefusedWhereNobodyVouchesForIt) {
  Client client;
  const Error error = failure_of(client, {.url = url()});
  EXPECT_EQ(error.kind(), Kind::refused);
  EXPECT_THAT(error.message(), HasSubstr("does not prove who it is"));
}

TEST_F(Https, IsNotAskedWithoutTheFileThatVouchesForIt) {
  const std::string none = folder_.path() + "/none.pem";
  Client client({.ca_file = none});
  EXPECT_EQ(failure_of(client, {.url = url()}).render(),
            "error: there is no file '" + none +
                "', whose certificates 'https://127.0.0.1:" + port_ + "' would prove itself by");
  os::write_file(none, "text");
  EXPECT_EQ(failure_of(client, {.url = url()}).render(),
            "error: '" + none + "' holds no certificates");
}

TEST_F(Https, IsRefusedUnderAnotherName) {
  Client client({.ca_file = certificate()});
  EXPECT_EQ(failure_of(client, {.url = "https://localhost:" + port_ + "/hello"}).kind(),
            Kind::refused);
}

TEST_F(Https, IsTrustedByItsPinAlone) {
  Client client({.verifies = false, .pinned_key = pin()});
  EXPECT_EQ(client.send({.url = url()}).body, "{}");
}

TEST_F(Https, IsRefusedWithAnotherKeyThanThePinned) {
  const std::string other = "sha256//" + base::base64_encode(std::string(32, 'x'));
  for (const bool verifies : {true, false}) {
    Client client({.verifies = verifies, .ca_file = certificate(), .pinned_key = other});
    const Error error = failure_of(client, {.url = url()});
    EXPECT_EQ(error.kind(), Kind::refused);
    EXPECT_EQ(error.message(), "'https://127.0.0.1:" + port_ + "' shows the key " + pin() +
                                   ", and " + other + " is pinned");
  }
}

TEST_F(Https, ShowsItsKey) { EXPECT_EQ(Client::shown_key(url(), std::chrono::seconds(10)), pin()); }

TEST(ShownKey, IsNotThereWithoutTls) {
  const Server server(
      {}, [](const Call&) { return Answer{}; }, ignore);
  EXPECT_THROW(Client::shown_key(url_of(server), std::chrono::seconds(10)), Error);
  const std::string as_if = "https" + url_of(server).substr(4);
  EXPECT_THROW(Client::shown_key(as_if, std::chrono::seconds(10)), Error);
}

// A peer between us and the server that breaks TLS off must not have seen a request.
TEST(Client, SendsNothingBeforeTheServerHasProvedItself) {
  const tests::ScriptedServer server("no handshake\r\n");
  Client client({.verifies = false});
  const std::string url = "https" + server.url().substr(4);
  EXPECT_THROW(client.send({.url = url, .basic = Credentials{"root", base::Secret("calvin-1")}}),
               Error);
  EXPECT_THAT(server.heard(), testing::Not(HasSubstr("Authorization")));
  EXPECT_FALSE(server.heard().empty());
}

// A kept connection that breaks leaves open whether a request was heard: libcurl would say it anew.
TEST(Client, SaysWhatChangesSomethingOnce) {
  const tests::ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                                     tests::ScriptedServer::End::closes_when_asked_again);
  Client client;
  client.send({.url = server.url()});
  client.send({.method = Method::post, .url = server.url(), .body = "{}"});
  const std::string heard = server.heard();
  EXPECT_EQ(heard.find("POST"), heard.rfind("POST"));
  EXPECT_THAT(heard, HasSubstr("POST"));
}

}  // namespace
}  // namespace provisioner::http
