# SPDX-License-Identifier: BSD-2-Clause
cardeaincludedir = $(includedir)/cardea
dist_cardeainclude_HEADERS = \
	include/cardea/address.h \
	include/cardea/context.h \
	include/cardea/decide.h \
	include/cardea/diag.h \
	include/cardea/evidence.h \
	include/cardea/limits.h \
	include/cardea/log.h \
	include/cardea/policy.h \
	include/cardea/posture.h \
	include/cardea/request.h \
	include/cardea/requirement.h \
	include/cardea/status.h \
	include/cardea/store.h
