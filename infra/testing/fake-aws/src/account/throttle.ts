/** A bucket that calls take tokens from. */
export interface Rate {
  /** Calls at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Calls per second that AWS takes, by row and operation or by service.
 *
 * API Gateway: "Quotas for creating, deploying and managing an API" in its developer guide (per account). EC2: mutating actions in
 * "Request throttling for the Amazon EC2 API". The others publish nothing; those figures are estimates.
 */
export const publishedRates: Readonly<Record<string, Rate>> = {
  'apigateway/restApi delete': { burst: 1, perSecond: 1 / 30 },
  'apigateway/restApi create': { burst: 1, perSecond: 1 / 3 },
  'apigateway/deployment create': { burst: 1, perSecond: 1 / 5 },
  'apigateway/apiKey create': { burst: 5, perSecond: 5 },
  'apigateway/apiKey delete': { burst: 5, perSecond: 5 },
  'apigateway/account create': { burst: 1, perSecond: 1 / 20 },
  'apigateway/account update': { burst: 1, perSecond: 1 / 20 },
  'apigatewayv2/vpcLink create': { burst: 1, perSecond: 1 / 15 },
  'apigatewayv2/vpcLink delete': { burst: 1, perSecond: 1 / 15 },
  apigateway: { burst: 40, perSecond: 10 },
  ec2: { burst: 50, perSecond: 5 },
  vpc: { burst: 50, perSecond: 5 },
  iam: { burst: 30, perSecond: 10 },
  eks: { burst: 20, perSecond: 5 },
};

/** Counts calls against rates on the virtual clock. */
export class Throttle {
  readonly #now: () => number;
  readonly #rates: Record<string, Rate>;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  /** Calls that were answered with "Rate exceeded". */
  refused = 0;

  constructor(now: () => number, rates: Readonly<Record<string, Rate>> = publishedRates) {
    this.#now = now;
    this.#rates = { ...rates };
  }

  /** Sets the rate of `ec2` (a service) or of `ec2/vpc create` (one call). */
  limit(key: string, rate: Rate): void {
    this.#rates[key] = rate;
    this.#buckets.delete(key);
  }

  /** True when the call is within its rates; false is "Rate exceeded". */
  take(row: string, op: string): boolean {
    const keys = [`${row} ${op}`, row.split('/')[0] ?? row];
    const full = keys.every((key) => this.#has(key));
    if (!full) {
      this.refused += 1;
      return false;
    }
    for (const key of keys) {
      const bucket = this.#buckets.get(key);
      if (bucket) bucket.tokens -= 1;
    }
    return true;
  }

  #has(key: string): boolean {
    const rate = this.#rates[key];
    if (!rate) return true;
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, at: now };
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (now - bucket.at) * rate.perSecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    // Tokens are sums of fractions.
    return bucket.tokens >= 1 - 1e-9;
  }
}
