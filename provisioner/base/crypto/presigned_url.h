#pragma once

#include <chrono>
#include <string>

#include "provisioner/base/base/secret.h"

namespace provisioner::crypto {

// A key of an object store that speaks S3.
struct ObjectKey {
  std::string id;
  base::Secret secret;
};

// An object in it, by path style: URL/BUCKET/NAME.
struct ObjectPlace {
  std::string url;                   // "https://s3.example.org", without a path
  std::string region, bucket, name;  // no name: the bucket itself
};

// A URL by which whoever has it may do this one thing (GET, PUT, DELETE) to the object, until
// `life` is over: signature version 4, in the query, with the body unsigned (AWS's "Authenticating
// Requests: Using Query Parameters"). Throws Error(input) for what is no URL of http or https.
std::string presigned_url(const std::string& method, const ObjectPlace& place, const ObjectKey& key,
                          std::chrono::sys_seconds from, std::chrono::seconds life);

}  // namespace provisioner::crypto
