// Messages of any type with values of any kind, from a seed: what a contract test sends to every
// method.

#ifndef ONETHING_TESTS_SUPPORT_RANDOM_MESSAGE_H_
#define ONETHING_TESTS_SUPPORT_RANDOM_MESSAGE_H_

#include <random>

#include "google/protobuf/message.h"

namespace onething::testing {

// Fills `message` with random values, valid and invalid ones mixed: empty, plausible (codes with
// right check characters, names, dates), over-long, wrong. Depth and sizes are bounded.
void FillRandomly(std::mt19937& random, google::protobuf::Message* message, int depth = 0);

}  // namespace onething::testing

#endif  // ONETHING_TESTS_SUPPORT_RANDOM_MESSAGE_H_
