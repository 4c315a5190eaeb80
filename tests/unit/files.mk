# SPDX-License-Identifier: BSD-2-Clause
# One program a unit: tests/unit/NAME.c, added to unit_tests, nothing else.
# Default sources and LDADD serve (automake takes NAME.c by itself).
LDADD = $(TEST_LIBS)

unit_tests =

# base
unit_tests += tests/unit/endpoint tests/unit/base_file tests/unit/base_pack tests/unit/base_secret tests/unit/base_text

# heart
EXTRA_DIST += tests/unit/test.h tests/unit/random.h
unit_tests += tests/unit/address tests/unit/decide tests/unit/evidence tests/unit/log tests/unit/logsocket tests/unit/request tests/unit/requirement tests/unit/select
unit_tests += tests/unit/model
tests_unit_model_SOURCES = tests/unit/model.c tests/unit/model.h \
	tests/unit/model_judge.c tests/unit/model_lists.h \
	tests/unit/model_policy.c tests/unit/model_world.c
unit_tests += tests/unit/decide_model tests/unit/select_stranger
decide_fixture = tests/unit/decide_fixture.c tests/unit/decide_fixture.h
tests_unit_decide_SOURCES = tests/unit/decide.c $(decide_fixture)
tests_unit_decide_model_SOURCES = tests/unit/decide_model.c $(decide_fixture)
tests_unit_select_SOURCES = tests/unit/select.c tests/unit/select_fixture.h
tests_unit_select_stranger_SOURCES = tests/unit/select_stranger.c \
	tests/unit/select_fixture.h

# policy
unit_tests += tests/unit/image tests/unit/lint tests/unit/lint_large \
	tests/unit/match tests/unit/match_model tests/unit/qualifier tests/unit/scan \
	tests/unit/source tests/unit/source_devices tests/unit/source_files \
	tests/unit/source_settings tests/unit/source_when tests/unit/times
EXTRA_DIST += tests/unit/policies.h
tests_unit_match_SOURCES = tests/unit/match.c tests/unit/match_fixture.h

# facts
unit_tests += tests/unit/zonetime
EXTRA_DIST += tests/vectors/tz-edges/SOURCE tests/vectors/tz-edges/local-times.json
unit_tests += tests/unit/account tests/unit/process tests/unit/sshauth

# store
unit_tests += tests/unit/crypto tests/unit/record tests/unit/store tests/unit/store_damage tests/unit/store_seal
unit_tests += tests/unit/store_disk tests/unit/store_file tests/unit/turn
tests_unit_store_damage_SOURCES = tests/unit/store_damage.c $(store_helpers)
store_helpers = tests/unit/store_conformance.c tests/unit/store_conformance.h \
	tests/unit/store_steps.c tests/unit/store_steps.h \
	tests/unit/store_fixture.c tests/unit/store_fixture.h \
	tests/unit/scratch.c tests/unit/scratch.h
unit_tests += tests/unit/keyring tests/unit/store_archive tests/unit/store_merge \
	tests/unit/store_move tests/unit/store_schema tests/unit/store_shared
tests_unit_store_archive_SOURCES = tests/unit/store_archive.c $(store_helpers)
tests_unit_store_merge_SOURCES = tests/unit/store_merge.c
tests_unit_store_move_SOURCES = tests/unit/store_move.c $(store_helpers)
tests_unit_keyring_SOURCES = tests/unit/keyring.c $(store_helpers)
tests_unit_store_schema_SOURCES = tests/unit/store_schema.c $(store_helpers)
tests_unit_store_shared_SOURCES = tests/unit/store_shared.c $(store_helpers)
tests_unit_store_SOURCES = tests/unit/store.c $(store_helpers)
tests_unit_store_disk_SOURCES = tests/unit/store_disk.c $(store_helpers)
tests_unit_store_file_SOURCES = tests/unit/store_file.c $(store_helpers)
tests_unit_turn_SOURCES = tests/unit/turn.c tests/unit/scratch.c
tests_unit_store_seal_SOURCES = tests/unit/store_seal.c $(store_helpers)
EXTRA_DIST += tests/vectors/wycheproof/SOURCE tests/vectors/wycheproof/aes-256-gcm.txt

# factor
unit_tests += tests/unit/base32
unit_tests += tests/unit/otp tests/unit/otp_hotp tests/unit/otp_vectors
tests_unit_otp_SOURCES = tests/unit/otp.c tests/unit/otp_fixture.h
tests_unit_otp_hotp_SOURCES = tests/unit/otp_hotp.c tests/unit/otp_fixture.h
unit_tests += tests/unit/otpauth tests/unit/recovery
unit_tests += tests/unit/tries
unit_tests += tests/unit/ledger_code tests/unit/ledger_proof
unit_tests += tests/unit/ledger_race tests/unit/ledger_session
unit_tests += tests/unit/ledger_tries
unit_tests += tests/unit/mirror tests/unit/relay tests/unit/relay_files
unit_tests += tests/unit/mark
tests_unit_mark_SOURCES = tests/unit/mark.c $(ledger_fixture)
tests_unit_mirror_SOURCES = tests/unit/mirror.c $(ledger_fixture)
ledger_fixture = tests/unit/ledger_fixture.c tests/unit/ledger_fixture.h \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_ledger_code_SOURCES = tests/unit/ledger_code.c \
	tests/unit/ledger_code_fixture.h $(ledger_fixture)
tests_unit_ledger_tries_SOURCES = tests/unit/ledger_tries.c \
	tests/unit/ledger_code_fixture.h $(ledger_fixture)
tests_unit_ledger_proof_SOURCES = tests/unit/ledger_proof.c $(ledger_fixture)
tests_unit_ledger_race_SOURCES = tests/unit/ledger_race.c $(ledger_fixture)
tests_unit_ledger_session_SOURCES = tests/unit/ledger_session.c \
	$(ledger_fixture)
relay_fixture = tests/unit/relay_fixture.c tests/unit/relay_fixture.h \
	$(ledger_fixture)
tests_unit_relay_SOURCES = tests/unit/relay.c $(relay_fixture)
tests_unit_relay_files_SOURCES = tests/unit/relay_files.c $(relay_fixture)
EXTRA_DIST += tests/unit/vectors.h \
	tests/vectors/otp-rfc/SOURCE tests/vectors/otp-rfc/rfc4226.json \
	tests/vectors/otp-rfc/rfc4648-base32.json tests/vectors/otp-rfc/rfc6238.json \
	tests/vectors/otp-oathtool/SOURCE tests/vectors/otp-oathtool/generate.json \
	tests/vectors/otp-oathtool/validate.json

# wire
unit_tests += tests/unit/channel tests/unit/launch tests/unit/message

# modules
unit_tests += tests/unit/module_arguments tests/unit/module_code tests/unit/module_split
tests_unit_module_arguments_LDADD = modules/libmodule.la $(TEST_LIBS)
tests_unit_module_code_LDADD = modules/libmodule.la $(TEST_LIBS)
tests_unit_module_split_LDADD = modules/libmodule.la $(TEST_LIBS)

# command
cli_tests_unit = tests/unit/cli_command tests/unit/cli_hidden \
	tests/unit/cli_json \
	tests/unit/cli_moment tests/unit/cli_qr tests/unit/cli_terminal
unit_tests += $(cli_tests_unit)
CLI_TEST_LIBS = cli/libcli.la $(QRENCODE_LIBS) $(TEST_LIBS)
tests_unit_cli_command_LDADD = $(CLI_TEST_LIBS)
tests_unit_cli_hidden_LDADD = $(CLI_TEST_LIBS)
tests_unit_cli_json_LDADD = $(CLI_TEST_LIBS)
tests_unit_cli_moment_LDADD = $(CLI_TEST_LIBS)
tests_unit_cli_qr_LDADD = $(CLI_TEST_LIBS)
tests_unit_cli_terminal_LDADD = $(CLI_TEST_LIBS)

# security keys: records, ledger, other programs' files
unit_tests += tests/unit/ledger_key tests/unit/record_key \
	tests/unit/u2fkeys tests/unit/u2fkeys_openssh \
	tests/unit/u2fkeys_statement
u2fkeys_fixture = tests/unit/u2fkeys_fixture.c tests/unit/u2fkeys_fixture.h
tests_unit_u2fkeys_SOURCES = tests/unit/u2fkeys.c $(u2fkeys_fixture)
tests_unit_u2fkeys_openssh_SOURCES = tests/unit/u2fkeys_openssh.c \
	$(u2fkeys_fixture)
tests_unit_u2fkeys_statement_SOURCES = tests/unit/u2fkeys_statement.c \
	$(u2fkeys_fixture)
EXTRA_DIST += tests/vectors/pam-u2f tests/vectors/u2fkeys
tests_unit_ledger_key_SOURCES = tests/unit/ledger_key.c $(ledger_fixture)
record_kinds = tests/unit/record_kinds.c tests/unit/record_kinds.h
tests_unit_record_SOURCES = tests/unit/record.c $(record_kinds)
tests_unit_record_key_SOURCES = tests/unit/record_key.c $(record_kinds)

# OpenSSH's security keys
unit_tests += tests/unit/base64 tests/unit/sshwire
unit_tests += tests/unit/sshsk tests/unit/sshsk_agent tests/unit/sshsk_key \
	tests/unit/sshsk_line
sk_key = tests/unit/sk_key.c tests/unit/sk_key.h
tests_unit_sshsk_SOURCES = tests/unit/sshsk.c tests/unit/sshsk_fixture.h \
	$(sk_key)
tests_unit_sshsk_key_SOURCES = tests/unit/sshsk_key.c \
	tests/unit/sshsk_fixture.h
EXTRA_DIST += tests/vectors/openssh-sk

# the rig's security key
unit_tests += tests/unit/softkey
tests_unit_softkey_SOURCES = tests/unit/softkey.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_softkey_LDADD = $(FIDO2_LIBS) $(CMOCKA_LIBS)

# proofs from the far end of ssh
unit_tests += tests/unit/remote tests/unit/remote_parts \
	tests/unit/remote_ticket
EXTRA_DIST += tests/unit/remote_fixture.h
unit_tests += tests/unit/askpass_parent
tests_unit_askpass_parent_LDADD = cli/askpass/libaskpass.la $(CLIENT_LIBS) $(CMOCKA_LIBS)

# reaching keys
KEY_TEST_LIBS = lib/libkey.la lib/libbase.la $(CMOCKA_LIBS)
unit_tests += tests/unit/key_choose tests/unit/key_talk tests/unit/touch
tests_unit_key_choose_LDADD = $(KEY_TEST_LIBS)
tests_unit_key_talk_LDADD = $(KEY_TEST_LIBS)
tests_unit_touch_SOURCES = tests/unit/touch.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_touch_LDADD = $(KEY_TEST_LIBS)
EXTRA_tests_unit_touch_DEPENDENCIES = tests/rig/softkey verifier/key/cardea-key

# what security keys write and sign
signer = tests/unit/signer.c tests/unit/signer.h
unit_tests += tests/unit/authdata tests/unit/cbor tests/unit/cose
tests_unit_authdata_SOURCES = tests/unit/authdata.c $(signer)
tests_unit_cose_SOURCES = tests/unit/cose.c $(signer)

# their judgement; what is loaded elsewhere is linked here
FIDO2_TEST_LIBS = lib/libfidolibrary.la $(TEST_LIBS) $(FIDO2_LIBS)
unit_tests += tests/unit/fido2 tests/unit/fido2_trouble \
	tests/unit/fido2_vectors
tests_unit_fido2_SOURCES = tests/unit/fido2.c tests/unit/fido2_fixture.h \
	$(signer)
tests_unit_fido2_LDADD = $(FIDO2_TEST_LIBS)
tests_unit_fido2_trouble_SOURCES = tests/unit/fido2_trouble.c \
	tests/unit/fido2_fixture.h $(signer)
tests_unit_fido2_trouble_LDADD = $(FIDO2_TEST_LIBS)
tests_unit_fido2_vectors_LDADD = $(FIDO2_TEST_LIBS)
unit_tests += tests/unit/attestation tests/unit/attestation_chain \
	tests/unit/attestation_vectors
attestation_fixture = tests/unit/attestation_fixture.c \
	tests/unit/attestation_fixture.h $(signer) \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_attestation_SOURCES = tests/unit/attestation.c \
	$(attestation_fixture)
tests_unit_attestation_LDADD = $(FIDO2_TEST_LIBS)
tests_unit_attestation_chain_SOURCES = tests/unit/attestation_chain.c \
	$(attestation_fixture)
tests_unit_attestation_chain_LDADD = $(FIDO2_TEST_LIBS)
tests_unit_attestation_vectors_SOURCES = tests/unit/attestation_vectors.c \
	tests/unit/scratch.c tests/unit/scratch.h
tests_unit_attestation_vectors_LDADD = $(FIDO2_TEST_LIBS)

# the loader once more, for a path that the test may fill
unit_tests += tests/unit/fido2_load
tests_unit_fido2_load_SOURCES = tests/unit/fido2_load.c \
	tests/unit/scratch.c tests/unit/scratch.h lib/factor/fido2_load.c
tests_unit_fido2_load_CPPFLAGS = $(AM_CPPFLAGS) -UCARDEA_FIDO2_LIBRARY \
	-DCARDEA_FIDO2_LIBRARY='"fido2_load.dir/fido2.so"'
EXTRA_tests_unit_fido2_load_DEPENDENCIES = lib/factor/fido2.la
# and what the command reads of it
unit_tests += tests/unit/cli_octets
tests_unit_cli_octets_LDADD = $(CLI_TEST_LIBS)
EXTRA_DIST += tests/unit/webauthn.h tests/vectors/webauthn-w3c/SOURCE \
	tests/vectors/webauthn-w3c/vectors.json

# end
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
