#include "provisioner/node/fetch/chunk_request.h"

#include <gtest/gtest.h>

namespace provisioner::fetch {
namespace {

const std::string good_digest(64, 'a');

std::string request(const std::string& line, const std::string& headers = "") {
  return line + " HTTP/1.1\r\nHost: 192.0.2.7\r\n" + headers + "\r\n";
}

TEST(ChunkRequest, NamesAFileByItsDigest) {
  const ChunkRequest read = read_chunk_request(request("GET /files/" + good_digest));
  EXPECT_EQ(read.refusal, 0);
  EXPECT_EQ(read.digest, good_digest);
  EXPECT_TRUE(read.keeps_connection);
}

TEST(ChunkRequest, NamesNothingByAnyOtherPath) {
  const std::vector<std::string> paths = {
      "/", "/files/", "/files/../etc/shadow", "/files//etc/shadow", "/file/" + good_digest,
      "/files/" + good_digest + "/", "/files/" + good_digest + "?x", "/files/%61" + good_digest,
      "/files/" + std::string(64, 'A'), "http://192.0.2.7/files/" + good_digest};
  for (const std::string& path : paths) {
    const ChunkRequest read = read_chunk_request(request("GET " + path));
    EXPECT_EQ(read.refusal, 0) << path;
    EXPECT_EQ(read.digest, "") << path;
  }
}

TEST(ChunkRequest, IsAGetAndNothingElse) {
  for (const char* method : {"HEAD", "POST", "PUT", "DELETE", "BREW"})
    EXPECT_EQ(read_chunk_request(request(std::string(method) + " /files/" + good_digest)).refusal,
              405)
        << method;
}

TEST(ChunkRequest, HasNoBody) {
  for (const char* header : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
                             "Content-Length: -1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n"})
    EXPECT_EQ(read_chunk_request(request("GET /files/" + good_digest, header)).refusal, 400)
        << header;
}

TEST(ChunkRequest, IsHttp) {
  for (const char* text : {"\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                           "GET / HTTP/1.1\r\nno colon\r\n\r\n"})
    EXPECT_EQ(read_chunk_request(text).refusal, 400) << text;
}

TEST(ChunkRequest, EndsTheConnectionWhereItIsAskedTo) {
  EXPECT_FALSE(read_chunk_request(request("GET /files/" + good_digest, "Connection: close\r\n"))
                   .keeps_connection);
}

}  // namespace
}  // namespace provisioner::fetch
