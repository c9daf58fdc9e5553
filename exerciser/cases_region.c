/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Which reads and writes of the regions there are, and what the others give. */
#include "exerciser/conformance.h"

#define RANGE_ROOM 2048u

/* Accesses that move no request: a range, and its result. */
struct range {
	unsigned int region; /* 0 I/O, 1 command, 2 SCHIB, 3 CRW */
	uint64_t position;
	size_t size;
	long result;
};

static uint64_t offset_of(struct exerciser *x, unsigned int region)
{
	const struct client *client = exerciser_client(x);
	const struct client_region *const regions[] = {&client->io, &client->command,
						       &client->schib, &client->crw};

	EXPECT(x, regions[region]->size, "region %u: the device has none", region);
	return regions[region]->offset;
}

static void read_range(struct exerciser *x)
{
	const struct range *range = exerciser_case_of(x)->with;
	uint8_t room[RANGE_ROOM];
	uint64_t offset = offset_of(x, range->region) + range->position;

	EXPECT_RESULT(x, "read", client_read(exerciser_client(x), offset, room, range->size),
		      range->result);
}

/* Refused, or nothing at all: no interrupt follows, and the region is as before. */
static void write_range(struct exerciser *x)
{
	const struct range *range = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	uint8_t room[RANGE_ROOM] = {0}, before[CLIENT_IO_SIZE], after[CLIENT_IO_SIZE];
	uint64_t offset = offset_of(x, range->region) + range->position;

	fill_region(x, room, ARCH_SCSW_FC_START);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, before, sizeof(before)),
		      ACCEPTED);
	EXPECT_RESULT(x, "write", client_write(client, offset, room, range->size), range->result);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, after, sizeof(after)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the region after the write", after, before, sizeof(after));
	expect_quiet(x, CLIENT_IRQ_IO);
}

/* A START first, so that there is something a defective driver would run again. */
static void write_range_after_start(struct exerciser *x)
{
	expect_usable(x);
	write_range(x);
}

/* Whole START in fewer bytes than the region has. */
static void write_without_output(struct exerciser *x)
{
	const struct range *range = exerciser_case_of(x)->with;
	struct client *client = exerciser_client(x);
	uint8_t region[CLIENT_IO_SIZE];
	struct arch_irb irb;

	fill_region(x, region, ARCH_SCSW_FC_START);
	EXPECT_RESULT(x, "write", client_write(client, client->io.offset, region, range->size),
		      (long)range->size);
	irb = next_irb(x);
	expect_normal(x, &irb, PROGRAM);
}

static void write_output(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	uint8_t region[CLIENT_IO_SIZE], shown[CLIENT_IO_SIZE];
	const uint8_t zeros[CLIENT_IO_IRB_SIZE] = {0};

	fill_region(x, region, ARCH_SCSW_FC_START);
	memset(region + CLIENT_IO_IRB, FILL, CLIENT_IO_SIZE - CLIENT_IO_IRB);
	EXPECT_RESULT(x, "START with bytes for the output areas",
		      client_write(client, client->io.offset, region, sizeof(region)), ACCEPTED);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, shown, CLIENT_IO_IRB),
		      CLIENT_IO_IRB);
	EXPECT_RESULT(x, "read",
		      client_read(client, client->io.offset + CLIENT_IO_RESULT,
				  shown + CLIENT_IO_RESULT, 4),
		      4);
	exerciser_expect_bytes(x, "ORB and SCSW", shown, region, CLIENT_IO_IRB);
	exerciser_expect_bytes(x, "result", shown + CLIENT_IO_RESULT, zeros, 4);
	(void)next_irb(x);
	/* The measurement word is never written by anybody. */
	EXPECT_RESULT(
		x, "read",
		client_read(client, client->io.offset + CLIENT_IO_IRB, shown, CLIENT_IO_IRB_SIZE),
		CLIENT_IO_IRB_SIZE);
	exerciser_expect_bytes(x, "the last 32 bytes of the IRB area", shown + 64, zeros, 32);
}

static void fresh_region_is_zero(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	uint8_t shown[CLIENT_IO_SIZE];
	const uint8_t zeros[CLIENT_IO_SIZE] = {0};

	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, shown, sizeof(shown)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the region at open", shown, zeros, sizeof(shown));
}

static void refused_write_leaves_region(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	uint8_t region[CLIENT_IO_SIZE], before[CLIENT_IO_SIZE], after[CLIENT_IO_SIZE];

	expect_usable(x);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, before, sizeof(before)),
		      ACCEPTED);
	fill_region(x, region, ARCH_SCSW_FC_HALT);
	memset(region + CLIENT_IO_IRB, FILL, CLIENT_IO_SIZE - CLIENT_IO_IRB);
	EXPECT_RESULT(x, "START with the halt function",
		      client_write(client, client->io.offset, region, sizeof(region)), -EOPNOTSUPP);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, after, sizeof(after)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the region after a refused write", after, before, sizeof(after));
}

static void read_again(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct arch_irb first, second;

	expect_usable(x);
	EXPECT_RESULT(x, "read", client_read_irb(client, &first), 0);
	EXPECT_RESULT(x, "read", client_read_irb(client, &second), 0);
	expect_normal(x, &first, PROGRAM);
	exerciser_expect_bytes(x, "the IRB read again", &second, &first, sizeof(first));
}

static void read_in_pieces(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	const struct arch_orb orb = client_orb(ORB_USUAL, PROGRAM);
	struct program program = program_at(x, PROGRAM);
	struct arch_irb irb;
	uint8_t *bytes = (uint8_t *)&irb;

	add_nop(&program, 0);
	start(x, &orb);
	EXPECT(x, client_wait(client, CLIENT_IRQ_IO, PATIENCE) > 0, "no interrupt");
	for (size_t i = 0; i < sizeof(irb); i += 4)
		EXPECT_RESULT(
			x, "read of 4 bytes",
			client_read(client, client->io.offset + CLIENT_IO_IRB + i, bytes + i, 4),
			4);
	expect_normal(x, &irb, PROGRAM);
}

static void schib_read(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct arch_schib schib;
	uint16_t flags;

	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(client, &schib), 0);
	flags = arch_get16(schib.pmcw.flags);
	EXPECT(x, flags & ARCH_PMCW_VALID, "device number not valid: flags %04x", flags);
	EXPECT(x, flags & ARCH_PMCW_ENABLED, "subchannel not enabled: flags %04x", flags);
	EXPECT(x, !(flags & ARCH_PMCW_QDIO), "QDIO subchannel: flags %04x", flags);
	EXPECT(x, schib.pmcw.pim && schib.pmcw.pam, "no path: installed %02x, available %02x",
	       schib.pmcw.pim, schib.pmcw.pam);
	EXPECT_EQUAL(x, "subchannel type", arch_get32(schib.pmcw.control) & ARCH_PMCW_TYPE, 0);
}

static void schib_hides_host(struct exerciser *x)
{
	struct client *client = exerciser_client(x);
	struct arch_schib schib;

	expect_usable(x);
	EXPECT_RESULT(x, "read of the SCHIB", client_read_schib(client, &schib), 0);
	EXPECT_EQUAL(x, "interruption parameter", arch_get32(schib.pmcw.interruption_parameter),
		     0x12345678);
	EXPECT(x,
	       arch_get32(schib.scsw.ccw_address) == 0 ||
		       arch_get32(schib.scsw.ccw_address) == PROGRAM + 8,
	       "CCW address: expected the guest's or 0, got %#x",
	       arch_get32(schib.scsw.ccw_address));
}

/* The bytes themselves, not read through any structure. */
static void big_endian(struct exerciser *x)
{
	static const uint8_t parameter[] = {0x12, 0x34, 0x56, 0x78};
	static const uint8_t address[] = {0, (PROGRAM + 8) >> 16 & 0xFF, (PROGRAM + 8) >> 8 & 0xFF,
					  (PROGRAM + 8) & 0xFF};
	struct client *client = exerciser_client(x);
	uint8_t shown[CLIENT_IO_SIZE], schib[52];

	expect_usable(x);
	EXPECT_RESULT(x, "read", client_read(client, client->io.offset, shown, sizeof(shown)),
		      ACCEPTED);
	exerciser_expect_bytes(x, "the ORB's parameter", shown, parameter, sizeof(parameter));
	EXPECT_EQUAL(x, "the function in the SCSW", shown[CLIENT_IO_SCSW + 2], 0x40);
	EXPECT_EQUAL(x, "the functions in the IRB", shown[CLIENT_IO_IRB + 2], 0x40);
	EXPECT_EQUAL(x, "the status in the IRB", shown[CLIENT_IO_IRB + 3], 0x07);
	exerciser_expect_bytes(x, "the CCW address in the IRB", shown + CLIENT_IO_IRB + 4, address,
			       sizeof(address));
	EXPECT_RESULT(x, "read of the SCHIB", client_read(client, client->schib.offset, schib, 52),
		      52);
	/* Flags: enabled and valid are in the low byte of the halfword at 4. */
	EXPECT_EQUAL(x, "enabled and valid in the SCHIB", schib[5] & 0x81, 0x81);
}

static void crw_empty(struct exerciser *x)
{
	struct arch_crw crw;

	EXPECT_RESULT(x, "read of the CRW region", client_read_crw(exerciser_client(x), &crw), 0);
	EXPECT_EQUAL(x, "CRW", arch_get16(crw.flags) << 16 | arch_get16(crw.source_id), 0);
	expect_quiet(x, CLIENT_IRQ_CRW);
}

static void faulty_buffer(struct exerciser *x)
{
	struct client *client = exerciser_client(x);

	EXPECT_RESULT(x, "write from a wrong pointer",
		      client_write(client, client->io.offset, (void *)8, CLIENT_IO_SIZE), -EFAULT);
	EXPECT_RESULT(x, "read to a wrong pointer",
		      client_read(client, client->io.offset, (void *)8, CLIENT_IO_SIZE), -EFAULT);
	expect_usable(x);
}

#define RANGE(...)                                                                                 \
	&(const struct range)                                                                      \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define READ(name, text, ...)                                                                      \
	{                                                                                          \
		.id = "region.read." name, .title = text, .source = "mainline-behaviour 3.4",      \
		.run = read_range, .with = RANGE(__VA_ARGS__)                                      \
	}
#define REFUSED(name, text, number, ...)                                                           \
	{                                                                                          \
		.id = "region.write." name, .title = text, .shows = number,                        \
		.source = "mainline-behaviour 3.4", .run = write_range, .with = RANGE(__VA_ARGS__) \
	}
/* Linux takes any write for a request. */
#define PARTIAL(name, text, linux, ...)                                                            \
	{                                                                                          \
		.id = "region.write." name, .title = text, .shows = "D11 11.8",                    \
		.source = "mainline-behaviour 3.4", .run = write_range_after_start,                \
		.with = RANGE(__VA_ARGS__), .deviations = {                                        \
			{"5.5", linux}                                                             \
		}                                                                                  \
	}
#define RUNS "runs what the region holds, whatever part of it was written"

static const struct exerciser_case cases[] = {
	READ("io-whole", "the I/O region is read whole", 0, 0, 124, 124),
	READ("io-part", "any part of the I/O region is read", 0, 13, 5, 5),
	READ("io-last", "the last byte of the I/O region is read", 0, 123, 1, 1),
	READ("io-nothing", "a read of no byte at the end of the I/O region gives 0", 0, 124, 0, 0),
	READ("io-beyond", "a read beyond the I/O region is refused", 0, 124, 1, -EINVAL),
	READ("io-long", "a read longer than the I/O region is refused", 0, 0, 125, -EINVAL),
	READ("io-over", "a read that leaves the I/O region is refused", 0, 120, 8, -EINVAL),
	READ("command", "the command region is read whole", 1, 0, 8, 8),
	READ("command-part", "a part of the command region is read", 1, 4, 4, 4),
	READ("command-long", "a read longer than the command region is refused", 1, 0, 9, -EINVAL),
	READ("schib-whole", "the SCHIB region is read whole", 2, 0, 52, 52),
	READ("schib-part", "a part of the SCHIB region is read", 2, 28, 12, 12),
	READ("schib-long", "a read longer than the SCHIB region is refused", 2, 0, 53, -EINVAL),
	READ("crw", "the CRW region is read whole", 3, 0, 8, 8),
	READ("crw-long", "a read longer than the CRW region is refused", 3, 0, 9, -EINVAL),
	READ("index", "a region that does not exist cannot be read", 0, 4 << 10, 4, -EINVAL),
	READ("index-far", "a region index far away cannot be read", 0, 0x7FFFFFFFFFFFFF00, 4,
	     -EINVAL),
	{
		.id = "region.read.alias",
		.title = "no offset of 2^42 or more is taken for the first region",
		.shows = "D16",
		.source = "mainline-behaviour 5.6",
		.run = read_range,
		.with = RANGE(0, 1ull << 42, 124, -EINVAL),
		.deviations = {{"5.6", "reads the first region", "got 124"}},
	},
	REFUSED("long", "a write longer than the I/O region is refused", "D11", 0, 0, 125, -EINVAL),
	REFUSED("offset", "a write that leaves the I/O region is refused", "D11", 0, 1, 124,
		-EINVAL),
	REFUSED("beyond", "a write beyond the I/O region is refused", "D11", 0, 124, 1, -EINVAL),
	REFUSED("huge", "a write much longer than the I/O region is refused", "D11 D16", 0, 0, 1200,
		-EINVAL),
	REFUSED("index", "a region that does not exist cannot be written", "D16", 0, 4 << 10, 124,
		-EINVAL),
	REFUSED("schib", "the SCHIB region cannot be written", "", 2, 0, 52, -EINVAL),
	REFUSED("schib-nothing", "the SCHIB region cannot be written, not even no byte", "", 2, 0,
		0, -EINVAL),
	REFUSED("crw", "the CRW region cannot be written", "", 3, 0, 8, -EINVAL),
	REFUSED("command-long", "a write longer than the command region is refused", "D11", 1, 0, 9,
		-EINVAL),
	REFUSED("command-over", "a write that leaves the command region is refused", "D11", 1, 1, 8,
		-EINVAL),
	{
		.id = "region.write.alias",
		.title = "no offset of 2^42 or more is taken for the first region",
		.shows = "D16",
		.source = "mainline-behaviour 5.6",
		.run = write_range,
		.with = RANGE(0, 1ull << 42, 124, -EINVAL),
		.deviations = {{"5.6", "writes the first region: the request runs", "got 124"}},
	},
	PARTIAL("orb", "the ORB alone is no request", RUNS, 0, 0, 12, -EINVAL),
	PARTIAL("scsw", "the SCSW alone is no request", RUNS, 0, 12, 12, -EINVAL),
	PARTIAL("irb", "the IRB area alone is no request", RUNS, 0, 24, 96, -EINVAL),
	PARTIAL("result", "ret_code alone is no request", RUNS, 0, 120, 4, -EINVAL),
	PARTIAL("first-byte", "the first byte alone is no request", RUNS, 0, 0, 1, -EINVAL),
	PARTIAL("last-byte", "the last byte alone is no request", RUNS, 0, 123, 1, -EINVAL),
	PARTIAL("almost", "ORB and SCSW but for a byte are no request", RUNS, 0, 0, 23, -EINVAL),
	PARTIAL("shifted", "a write from offset 1 on is no request", RUNS, 0, 1, 100, -EINVAL),
	PARTIAL("nothing", "a write of no byte is no request", "starts what the region holds", 0, 0,
		0, 0),
	PARTIAL("nothing-at-end", "a write of no byte at the end is no request",
		"starts what the region holds", 0, 124, 0, 0),
	{
		.id = "region.write.input-only",
		.title = "ORB and SCSW without the output areas are a START",
		.shows = "D11",
		.source = "mainline-behaviour 3.4",
		.run = write_without_output,
		.with = RANGE(0, 0, 24, 24),
	},
	{
		.id = "region.write.input-and-irb",
		.title = "a START may cover a part of the output areas",
		.shows = "D10 D11",
		.run = write_without_output,
		.with = RANGE(0, 0, 100, 100),
	},
	{
		.id = "region.write.output-ignored",
		.title = "what a START has for the output areas is ignored",
		.shows = "D10 T3 T5 11.8",
		.source = "vfio-ccw-interface 10.1",
		.run = write_output,
		.deviations = {{"11.8", "keeps the client's bytes in the IRB area",
				"the last 32 bytes"}},
	},
	{
		.id = "region.fresh",
		.title = "the I/O region is zero after open",
		.shows = "D15",
		.source = "mainline-behaviour 5.8",
		.run = fresh_region_is_zero,
		.deviations = {{"5.8", "shows the last owner's ORB and IRB", "the region at open"}},
	},
	{
		.id = "region.refused",
		.title = "a refused request changes no byte of the region",
		.shows = "D2 T3 T6 T21 T42 11.7",
		.source = "mainline-behaviour 5.5",
		.run = refused_write_leaves_region,
		.deviations = {{"11.7", "has stored the refused request", "after a refused"}},
	},
	{
		.id = "region.read-again",
		.title = "an IRB that was read is shown again while there is no newer one",
		.shows = "D9",
		.source = "mainline-behaviour 3.4",
		.run = read_again,
	},
	{
		.id = "region.read-in-pieces",
		.title = "an IRB may be read in pieces, the first byte first",
		.shows = "D9",
		.run = read_in_pieces,
	},
	{
		.id = "region.schib",
		.title = "the SCHIB says: valid, enabled, an I/O subchannel, with paths",
		.source = "channel-io 1.1",
		.run = schib_read,
	},
	{
		.id = "region.schib.no-host-addresses",
		.title = "the SCHIB has the guest's parameter and no address of the host",
		.shows = "11.5",
		.source = "mainline-behaviour 5.7",
		.run = schib_hides_host,
		.deviations = {{"5.7", "has the addresses of kernel structures"}},
	},
	{
		.id = "region.big-endian",
		.title = "regions are big-endian, whatever the host is",
		.shows = "D18",
		.source = "vfio-ccw-interface 3.2",
		.run = big_endian,
	},
	{
		.id = "region.crw.empty",
		.title = "without a channel report the CRW region is zero",
		.source = "mainline-behaviour 3.4",
		.run = crw_empty,
	},
	{
		.id = "region.faulty-buffer",
		.title = "a wrong pointer gives EFAULT and nothing happens",
		.source = "mainline-behaviour 3.1",
		.needs = EXERCISER_SYSTEM_CALLS,
		.run = faulty_buffer,
	},
};

const struct exerciser_table conformance_region = EXERCISER_TABLE(cases);
