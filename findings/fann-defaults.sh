#!/usr/bin/env bash
# FANN 2.2.0 (Debian 12), a C library of neural networks with bindings in a dozen languages: three defaults make a hand calculation differ.
# Steepness ½ stands in every activation, LINEAR too: a linear unit with weight 0.8 and input 1 gives 0.4. The error t − a is put through
# ln((1 + e)/(1 − e)) before it is sent back (FANN_ERRORFUNC_TANH), also in plain incremental training. And for symmetric activations the
# reported mean squared error is a quarter of (t − a)². An expert would guess a = z for LINEAR, and −rate · ∂E/∂w with E from the MSE.
# Seen: z = 0.8 → 0.4; a sigmoid at z = 0, t = ¼, rate 1 moves its weight by −0.127706 where −(a − t)·a(1 − a) = −0.0625 belongs, with
# FANN_ERRORFUNC_LINEAR by −0.0625; tanh at 0 reports 0.015625 for an error of 0.25.
# For us: such numbers are no oracle for an update, and a student who compares with FANN has to set steepness 1 and ERRORFUNC_LINEAR.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 . # apt's own user reads here
apt-get download -qq libfann2=2.2.0+ds-8 libfann-dev=2.2.0+ds-8 2>/dev/null
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(dirname "$(find root -name 'libdoublefann.so.2' | head -n 1)")
cat >unit.c <<'C'
#include <doublefann.h>
#include <stdio.h>

/* One unit fed by one input of 1, weight `weight`, bias 0: its output, the reported error for target 1/4, and the change of the weight. */
static void unit(const char *name, enum fann_activationfunc_enum activation, double weight, enum fann_errorfunc_enum error) {
  struct fann *net = fann_create_standard(2, 1, 1);
  struct fann_connection links[2] = {{0, 2, weight}, {1, 2, 0.0}};
  double input[1] = {1.0}, target[1] = {0.25};
  fann_set_activation_function_output(net, activation);
  fann_set_weight_array(net, links, 2);
  fann_set_train_error_function(net, error);
  fann_set_training_algorithm(net, FANN_TRAIN_INCREMENTAL);
  fann_set_learning_rate(net, 1.0);
  double output = fann_run(net, input)[0];
  fann_reset_MSE(net);
  fann_train(net, input, target);
  double reported = fann_get_MSE(net);
  fann_get_connection_array(net, links);
  printf("%s z=%g a=%.6f mse=%.6f moved=%.6f\n", name, weight, output, reported, links[0].weight - weight);
  fann_destroy(net);
}

int main(void) {
  unit("linear", FANN_LINEAR, 0.8, FANN_ERRORFUNC_TANH);
  unit("sigmoid", FANN_SIGMOID, 0.0, FANN_ERRORFUNC_TANH);
  unit("sigmoid-without-tanh", FANN_SIGMOID, 0.0, FANN_ERRORFUNC_LINEAR);
  unit("tanh", FANN_SIGMOID_SYMMETRIC, 0.0, FANN_ERRORFUNC_LINEAR);
  return 0;
}
C
gcc unit.c -I"$(dirname "$(find root -name doublefann.h)")" -L"$libraries" -l:libdoublefann.so.2 -lm -o unit
LD_LIBRARY_PATH=$PWD/$libraries ./unit | tee seen
cat >expected <<'TXT'
linear z=0.8 a=0.400000 mse=0.022500 moved=-0.151140
sigmoid z=0 a=0.500000 mse=0.062500 moved=-0.127706
sigmoid-without-tanh z=0 a=0.500000 mse=0.062500 moved=-0.062500
tanh z=0 a=0.000000 mse=0.015625 moved=0.062500
TXT
diff expected seen
echo "as seen: FANN 2.2.0 halves z, bends the error and reports a quarter of it"
