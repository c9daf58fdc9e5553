/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The control blocks as text: "name=value" fields in a fixed order. Fields that are usually zero
 * (storage key, deferred condition code, reserved bits) appear only when they are not.
 */
#include "arch/describe.h"

#include "arch/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The bits of the SCSW's control word that are neither key, deferred cc, nor fc, ac, sc. */
#define SCSW_FLAGS                                                                                 \
	(~(ARCH_SCSW_KEY | ARCH_SCSW_DEFERRED_CC | ARCH_SCSW_FC | ARCH_SCSW_AC | ARCH_SCSW_SC))

/* Names are the letters and words that channel-io.md section 1 and the field use. */

static const struct arch_text_flag orb_flags[] = {
	{ARCH_ORB_SUSPEND, "S"},	  {ARCH_ORB_STREAMING, "C"},
	{ARCH_ORB_MODIFICATION, "M"},	  {ARCH_ORB_SYNCHRONIZE, "Y"},
	{ARCH_ORB_FORMAT_1, "F"},	  {ARCH_ORB_PREFETCH, "P"},
	{ARCH_ORB_INITIAL_STATUS, "I"},	  {ARCH_ORB_ADDRESS_LIMIT, "A"},
	{ARCH_ORB_SUPPRESS_SUSPEND, "U"}, {ARCH_ORB_TRANSPORT, "B"},
	{ARCH_ORB_FORMAT_2_IDAW, "H"},	  {ARCH_ORB_2K_IDAW, "T"},
	{ARCH_ORB_LENGTH_SUPPRESS, "L"},  {ARCH_ORB_MIDAW, "D"},
	{ARCH_ORB_EXTENSION, "X"},
};

static const struct arch_text_flag ccw_flags[] = {
	{ARCH_CCW_CD, "CD"},	 {ARCH_CCW_CC, "CC"},	  {ARCH_CCW_SLI, "SLI"},
	{ARCH_CCW_SKIP, "SKIP"}, {ARCH_CCW_PCI, "PCI"},	  {ARCH_CCW_IDA, "IDA"},
	{ARCH_CCW_SUSPEND, "S"}, {ARCH_CCW_MIDA, "MIDA"},
};

static const struct arch_text_flag midaw_flags[] = {
	{ARCH_MIDAW_LAST, "last"},
	{ARCH_MIDAW_SKIP, "skip"},
	{ARCH_MIDAW_DTI, "interruption"},
};

static const struct arch_text_flag scsw_functions[] = {
	{ARCH_SCSW_FC_START, "start"},
	{ARCH_SCSW_FC_HALT, "halt"},
	{ARCH_SCSW_FC_CLEAR, "clear"},
};

static const struct arch_text_flag scsw_activities[] = {
	{ARCH_SCSW_AC_RESUME_PENDING, "resume-pending"},
	{ARCH_SCSW_AC_START_PENDING, "start-pending"},
	{ARCH_SCSW_AC_HALT_PENDING, "halt-pending"},
	{ARCH_SCSW_AC_CLEAR_PENDING, "clear-pending"},
	{ARCH_SCSW_AC_SUBCHANNEL, "subchannel-active"},
	{ARCH_SCSW_AC_DEVICE, "device-active"},
	{ARCH_SCSW_AC_SUSPENDED, "suspended"},
};

static const struct arch_text_flag scsw_statuses[] = {
	{ARCH_SCSW_SC_ALERT, "alert"},	   {ARCH_SCSW_SC_INTERMEDIATE, "intermediate"},
	{ARCH_SCSW_SC_PRIMARY, "primary"}, {ARCH_SCSW_SC_SECONDARY, "secondary"},
	{ARCH_SCSW_SC_PENDING, "pending"},
};

static const struct arch_text_flag scsw_flags[] = {
	{ARCH_SCSW_SUSPEND_CONTROL, "S"},
	{ARCH_SCSW_ESW_VALID, "L"},
	{ARCH_SCSW_FORMAT_1, "F"},
	{ARCH_SCSW_PREFETCH, "P"},
	{ARCH_SCSW_INITIAL_STATUS, "I"},
	{ARCH_SCSW_ADDRESS_LIMIT, "A"},
	{ARCH_SCSW_SUPPRESS_SUSPEND, "U"},
	{ARCH_SCSW_ZERO_CC, "Z"},
	{ARCH_SCSW_EXTENDED_CONTROL, "E"},
	{ARCH_SCSW_PATH_NOT_OPER, "N"},
	{ARCH_SCSW_QDIO, "Q"},
};

static const struct arch_text_flag device_statuses[] = {
	{ARCH_DS_ATTENTION, "ATTN"},	   {ARCH_DS_STATUS_MODIFIER, "SM"},
	{ARCH_DS_CONTROL_UNIT_END, "CUE"}, {ARCH_DS_BUSY, "BUSY"},
	{ARCH_DS_CHANNEL_END, "CE"},	   {ARCH_DS_DEVICE_END, "DE"},
	{ARCH_DS_UNIT_CHECK, "UC"},	   {ARCH_DS_UNIT_EXCEPTION, "UE"},
};

static const struct arch_text_flag subchannel_statuses[] = {
	{ARCH_SS_PCI, "PCI"},
	{ARCH_SS_INCORRECT_LENGTH, "IL"},
	{ARCH_SS_PROGRAM_CHECK, "program-check"},
	{ARCH_SS_PROTECTION_CHECK, "protection-check"},
	{ARCH_SS_CHANNEL_DATA_CHECK, "channel-data-check"},
	{ARCH_SS_CHANNEL_CONTROL_CHECK, "channel-control-check"},
	{ARCH_SS_INTERFACE_CONTROL_CHECK, "interface-control-check"},
	{ARCH_SS_CHAINING_CHECK, "chaining-check"},
};

static const struct arch_text_flag erw_flags[] = {
	{ARCH_ERW_AUTHORIZATION, "authorization"},
	{ARCH_ERW_PATH_VERIFICATION, "path-verification"},
	{ARCH_ERW_PATH_TIMEOUT, "path-timeout"},
	{ARCH_ERW_FAILING_ADDRESS, "failing-address"},
	{ARCH_ERW_CONCURRENT_SENSE, "concurrent-sense"},
	{ARCH_ERW_SECONDARY_CCW, "secondary-ccw"},
	{ARCH_ERW_FAILING_ADDRESS_64, "64-bit"},
};

static const struct arch_text_flag pmcw_flags[] = {
	{ARCH_PMCW_QDIO, "QDIO"},   {ARCH_PMCW_W, "W"},	     {ARCH_PMCW_ENABLED, "E"},
	{ARCH_PMCW_MULTIPATH, "D"}, {ARCH_PMCW_TIMING, "T"}, {ARCH_PMCW_VALID, "V"},
};

static const struct arch_text_flag pmcw_controls[] = {
	{ARCH_PMCW_MB_FORMAT, "measurement-block"},
	{ARCH_PMCW_EXTENDED_MEASURE, "extended-measurement"},
	{ARCH_PMCW_CONCURRENT_SENSE, "concurrent-sense"},
};

static const struct arch_text_flag crw_flags[] = {
	{ARCH_CRW_SOLICITED, "solicited"},
	{ARCH_CRW_OVERFLOW, "overflow"},
	{ARCH_CRW_CHAINING, "chaining"},
	{ARCH_CRW_ANCILLARY, "ancillary"},
};

static void put_hex(struct arch_text *text, const char *name, uint64_t value, unsigned int digits)
{
	arch_text_string(text, name);
	arch_text_hex(text, value, digits);
}

static void put_decimal(struct arch_text *text, const char *name, uint32_t value)
{
	arch_text_string(text, name);
	arch_text_decimal(text, value);
}

static void put_flags(struct arch_text *text, const char *name, uint32_t value,
		      const struct arch_text_flag *flags, size_t count)
{
	arch_text_string(text, name);
	arch_text_flags(text, value, flags, count);
}

static void put_bytes(struct arch_text *text, const char *name, const uint8_t *bytes, size_t count)
{
	arch_text_string(text, name);
	for (size_t i = 0; i < count; i++)
		arch_text_hex(text, bytes[i], 2);
}

size_t arch_describe_orb(const struct arch_orb *orb, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);
	uint32_t control = arch_get32(orb->control);

	put_hex(&text, "ORB parm=", arch_get32(orb->interruption_parameter), 8);
	put_flags(&text, " flags=", control, orb_flags, COUNT(orb_flags));
	put_hex(&text, " lpm=", (control & ARCH_ORB_LPM) >> ARCH_ORB_LPM_SHIFT, 2);
	put_hex(&text, " cpa=", arch_get32(orb->program_address), 8);
	if (control & ARCH_ORB_KEY)
		put_hex(&text, " key=", control >> 28, 1);
	if (control & ARCH_ORB_RESERVED)
		put_hex(&text, " reserved=", control & ARCH_ORB_RESERVED, 2);
	return arch_text_end(&text);
}

/* `is_tic`: what the format takes for a TIC; other codes with low nibble 8 are invalid. */
static const char *command_class(uint8_t command, bool is_tic)
{
	if (is_tic)
		return "tic";
	if (arch_command_is_read_backward(command))
		return "read-backward";
	if (arch_command_is_sense(command))
		return "sense";
	if (arch_command_is_write(command))
		return "write";
	if (arch_command_is_read(command))
		return "read";
	return arch_command_is_control(command) ? "control" : "invalid";
}

static size_t describe_ccw(const char *format, const struct arch_ccw1 *ccw, bool is_tic,
			   unsigned int digits, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);

	put_hex(&text, format, ccw->command, 2);
	arch_text_char(&text, ' ');
	arch_text_string(&text, command_class(ccw->command, is_tic));
	put_flags(&text, " flags=", ccw->flags, ccw_flags, COUNT(ccw_flags));
	put_decimal(&text, " count=", arch_get16(ccw->count));
	put_hex(&text, " address=", arch_get32(ccw->address), digits);
	return arch_text_end(&text);
}

size_t arch_describe_ccw0(const struct arch_ccw0 *ccw, char *buffer, size_t size)
{
	struct arch_ccw1 same = {
		.command = ccw->command,
		.flags = ccw->flags,
		.count = ccw->count,
		.address = {{0, ccw->address[0], ccw->address[1], ccw->address[2]}},
	};

	return describe_ccw("CCW0 ", &same, arch_command_is_tic(ccw->command), 6, buffer, size);
}

size_t arch_describe_ccw1(const struct arch_ccw1 *ccw, char *buffer, size_t size)
{
	return describe_ccw("CCW1 ", ccw, ccw->command == ARCH_CCW_TIC, 8, buffer, size);
}

size_t arch_describe_midaw(const struct arch_midaw *midaw, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);

	put_flags(&text, "MIDAW flags=", midaw->flags, midaw_flags, COUNT(midaw_flags));
	put_decimal(&text, " count=", arch_get16(midaw->count));
	put_hex(&text, " address=", arch_get64(midaw->address), 16);
	return arch_text_end(&text);
}

static void put_scsw(struct arch_text *text, const struct arch_scsw *scsw)
{
	uint32_t control = arch_get32(scsw->control);
	uint32_t cc = (control & ARCH_SCSW_DEFERRED_CC) >> ARCH_SCSW_DEFERRED_CC_SHIFT;

	put_flags(text, "SCSW fc=", control, scsw_functions, COUNT(scsw_functions));
	put_flags(text, " ac=", control, scsw_activities, COUNT(scsw_activities));
	put_flags(text, " sc=", control, scsw_statuses, COUNT(scsw_statuses));
	put_hex(text, " cpa=", arch_get32(scsw->ccw_address), 8);
	put_flags(text, " ds=", scsw->device_status, device_statuses, COUNT(device_statuses));
	put_flags(text, " cs=", scsw->subchannel_status, subchannel_statuses,
		  COUNT(subchannel_statuses));
	put_decimal(text, " count=", arch_get16(scsw->residual_count));
	if (cc)
		put_decimal(text, " cc=", cc);
	if (control & ARCH_SCSW_KEY)
		put_hex(text, " key=", control >> 28, 1);
	if (control & SCSW_FLAGS)
		put_flags(text, " flags=", control, scsw_flags, COUNT(scsw_flags));
}

size_t arch_describe_scsw(const struct arch_scsw *scsw, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);

	put_scsw(&text, scsw);
	return arch_text_end(&text);
}

static void put_esw(struct arch_text *text, const struct arch_esw *esw)
{
	uint32_t logout = arch_get32(esw->logout);
	uint32_t erw = arch_get32(esw->erw);
	bool wide = erw & ARCH_ERW_FAILING_ADDRESS_64;
	uint64_t failing = arch_get64(esw->failing_storage_address);

	put_hex(text, "ESW lpum=", (logout & ARCH_ESW_LPUM) >> ARCH_ESW_LPUM_SHIFT, 2);
	put_flags(text, " erw=", erw, erw_flags, COUNT(erw_flags));
	put_decimal(text, " sense=", (erw & ARCH_ERW_SENSE_COUNT) >> ARCH_ERW_SENSE_COUNT_SHIFT);
	if (erw & ARCH_ERW_FAILING_ADDRESS) /* a 31-bit address stands in the first word */
		put_hex(text, " failing=", wide ? failing : failing >> 32, wide ? 16 : 8);
	if (erw & ARCH_ERW_SECONDARY_CCW)
		put_hex(text, " secondary=", arch_get32(esw->secondary_ccw_address), 8);
	if (logout & ~ARCH_ESW_LPUM)
		put_hex(text, " logout=", logout, 8);
}

size_t arch_describe_esw(const struct arch_esw *esw, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);

	put_esw(&text, esw);
	return arch_text_end(&text);
}

/* How many bytes of the ECW are sense data; a count beyond the ECW is cut to it. */
static size_t sense_bytes(const struct arch_esw *esw)
{
	uint32_t erw = arch_get32(esw->erw);
	size_t count = (erw & ARCH_ERW_SENSE_COUNT) >> ARCH_ERW_SENSE_COUNT_SHIFT;

	if (!(erw & ARCH_ERW_CONCURRENT_SENSE))
		return 0;
	return count < ARCH_SENSE_BYTES ? count : ARCH_SENSE_BYTES;
}

size_t arch_describe_irb(const struct arch_irb *irb, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);
	size_t sense = sense_bytes(&irb->esw);

	put_scsw(&text, &irb->scsw);
	arch_text_char(&text, ' ');
	put_esw(&text, &irb->esw);
	if (sense > 0)
		put_bytes(&text, " ECW sense=", irb->ecw, sense);
	return arch_text_end(&text);
}

static const char *subchannel_type(uint32_t control)
{
	static const char *const names[] = {"io", "chsc", "message", "adm", "4", "5", "6", "7"};

	return names[(control & ARCH_PMCW_TYPE) >> 21];
}

static void put_pmcw(struct arch_text *text, const struct arch_pmcw *pmcw)
{
	uint32_t flags = arch_get16(pmcw->flags);
	uint32_t control = arch_get32(pmcw->control);

	put_hex(text, "PMCW devno=", arch_get16(pmcw->device_number), 4);
	put_flags(text, " flags=", flags, pmcw_flags, COUNT(pmcw_flags));
	put_decimal(text, " isc=", (flags & ARCH_PMCW_ISC) >> ARCH_PMCW_ISC_SHIFT);
	put_hex(text, " lpm=", pmcw->lpm, 2);
	put_hex(text, " pnom=", pmcw->pnom, 2);
	put_hex(text, " lpum=", pmcw->lpum, 2);
	put_hex(text, " pim=", pmcw->pim, 2);
	put_hex(text, " pom=", pmcw->pom, 2);
	put_hex(text, " pam=", pmcw->pam, 2);
	put_bytes(text, " chpids=", pmcw->chpid, sizeof(pmcw->chpid));
	put_hex(text, " parm=", arch_get32(pmcw->interruption_parameter), 8);
	arch_text_string(text, " type=");
	arch_text_string(text, subchannel_type(control));
	put_flags(text, " control=", control, pmcw_controls, COUNT(pmcw_controls));
	if (flags & ARCH_PMCW_LIMIT)
		put_decimal(text, " limit=", (flags & ARCH_PMCW_LIMIT) >> 5);
	if (flags & ARCH_PMCW_MEASUREMENT)
		put_decimal(text, " measure=", (flags & ARCH_PMCW_MEASUREMENT) >> 3);
	if (arch_get16(pmcw->measurement_block_index))
		put_hex(text, " mbi=", arch_get16(pmcw->measurement_block_index), 4);
}

size_t arch_describe_pmcw(const struct arch_pmcw *pmcw, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);

	put_pmcw(&text, pmcw);
	return arch_text_end(&text);
}

size_t arch_describe_schib(const struct arch_schib *schib, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);

	put_pmcw(&text, &schib->pmcw);
	arch_text_char(&text, ' ');
	put_scsw(&text, &schib->scsw);
	if (arch_get64(schib->measurement_block_address))
		put_hex(&text, " mba=", arch_get64(schib->measurement_block_address), 16);
	if (arch_get32(schib->model_dependent))
		put_hex(&text, " model=", arch_get32(schib->model_dependent), 8);
	return arch_text_end(&text);
}

static const char *crw_source(unsigned int source)
{
	switch (source) {
	case ARCH_CRW_RSC_MONITOR:
		return "monitoring";
	case ARCH_CRW_RSC_SUBCHANNEL:
		return "subchannel";
	case ARCH_CRW_RSC_CHANNEL_PATH:
		return "channel-path";
	case ARCH_CRW_RSC_CONFIGURATION:
		return "configuration-alert";
	case ARCH_CRW_RSC_CSS:
		return "css";
	default:
		return NULL;
	}
}

static const char *crw_recovery(unsigned int code)
{
	switch (code) {
	case ARCH_CRW_ERC_EVENT:
		return "event";
	case ARCH_CRW_ERC_AVAILABLE:
		return "available";
	case ARCH_CRW_ERC_INITIALIZED:
		return "initialized";
	case ARCH_CRW_ERC_TEMPORARY:
		return "temporary-error";
	case ARCH_CRW_ERC_PARAMETERS_INITIALIZED:
		return "parameters-initialized";
	case ARCH_CRW_ERC_TERMINAL:
		return "terminal";
	case ARCH_CRW_ERC_PERMANENT:
		return "permanent-error";
	case ARCH_CRW_ERC_PERMANENT_INITIALIZED:
		return "permanent-error-initialized";
	case ARCH_CRW_ERC_PARAMETERS_MODIFIED:
		return "parameters-modified";
	case ARCH_CRW_ERC_PARAMETERS_RESTORED:
		return "parameters-restored";
	default:
		return NULL;
	}
}

/* A code with its name, or as a number where it has none. */
static void put_name(struct arch_text *text, const char *field, const char *name, uint32_t code)
{
	arch_text_string(text, field);
	if (name)
		arch_text_string(text, name);
	else
		arch_text_decimal(text, code);
}

size_t arch_describe_crw(const struct arch_crw *crw, char *buffer, size_t size)
{
	struct arch_text text = arch_text_begin(buffer, size);
	uint32_t flags = arch_get16(crw->flags);
	unsigned int source = (flags & ARCH_CRW_RSC) >> ARCH_CRW_RSC_SHIFT;
	unsigned int code = flags & ARCH_CRW_ERC;

	put_name(&text, "CRW source=", crw_source(source), source);
	put_hex(&text, " id=", arch_get16(crw->source_id), 4);
	put_name(&text, " erc=", crw_recovery(code), code);
	put_flags(&text, " flags=", flags, crw_flags, COUNT(crw_flags));
	return arch_text_end(&text);
}
