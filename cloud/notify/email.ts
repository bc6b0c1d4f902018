import nodemailer, { type Transporter } from 'nodemailer';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { rejectOnAbort } from '@earshot/shared/lifecycle/pause.ts';
import { unreachable } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'email' }>;

export interface SmtpSettings {
  url: string;
  from: string;
}

/**
 * Sends e-mail over one pooled SMTP connection. Without SMTP settings every attempt is refused, so that the next
 * channel is used.
 */
export class EmailNotifier implements Notifier<Target> {
  readonly kind = 'email';
  private readonly settings: SmtpSettings | null;
  private readonly publicUrl: string | null;
  private transport: Transporter | null = null;

  constructor(settings: SmtpSettings | null, publicUrl: string | null) {
    this.settings = settings;
    this.publicUrl = publicUrl;
  }

  async send(target: Target, { id, body, homeName, urgency }: Notice, signal: AbortSignal): Promise<Delivery> {
    if (!this.settings)
      return {
        outcome: 'refused',
        reason: 'this server cannot send e-mail: set EARSHOT_SMTP_URL and EARSHOT_MAIL_FROM',
      };
    this.transport ??= nodemailer.createTransport({
      url: this.settings.url,
      pool: true,
      connectionTimeout: 8_000,
      greetingTimeout: 8_000,
      socketTimeout: 8_000,
    } as never);
    const link = this.publicUrl ? `\n\n${new URL(body.url, this.publicUrl).href}` : '';
    const sending = this.transport.sendMail({
      from: this.settings.from,
      to: target.address,
      subject: body.title,
      text: `${body.body}${link}\n\nEarshot, ${homeName}. Earshot is not a certified alarm.`,
      messageId: `<${id}@earshot>`,
      priority: urgency === 'high' ? 'high' : 'normal',
      headers: { 'X-Earshot-Incident': body.incidentId },
    });
    try {
      await Promise.race([sending, rejectOnAbort(signal)]);
      return { outcome: 'delivered' };
    } catch (error) {
      sending.catch(() => undefined);
      const { responseCode, message } = error as { responseCode?: number; message?: string };
      // A 5xx answer is permanent (RFC 5321, 4.2.1): the mailbox does not exist, or this server may not send to the mailbox.
      if (responseCode !== undefined && responseCode >= 500)
        return { outcome: 'refused', reason: (message ?? '').slice(0, 200) };
      return unreachable(error);
    }
  }

  async close(): Promise<void> {
    this.transport?.close();
    this.transport = null;
  }
}
