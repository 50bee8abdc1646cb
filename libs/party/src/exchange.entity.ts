import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('exchange')
export class Exchange {
  @PrimaryColumn({ type: 'boolean' })
  readonly id!: boolean;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ name: 'log_origin', type: 'text' })
  readonly logOrigin!: string;

  @Column({ name: 'is_sample', type: 'boolean' })
  readonly isSample!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
